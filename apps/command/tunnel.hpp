// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connect.hpp"

namespace pawl::app {

/// Carries what comes to options.listen to a server with --forward, until a signal comes. Throws AppError.
ExitCode tunnel(const ConnectOptions& options, Reporter& reporter);

}  // namespace pawl::app
