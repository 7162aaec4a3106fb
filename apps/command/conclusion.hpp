// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/host/client/client.hpp>

#include "console/exit_code.hpp"
#include "console/reporter.hpp"

namespace pawl::app {

/// How a client came to its end, and how it had logged in.
struct Conclusion {
  const host::Client::Outcome& outcome;
  host::Way way;
  bool by_password;
  Mode mode;
};

/// The exit code of a client whose messages were all answered. Else throws AppError, which says what was wrong.
ExitCode conclude(const Conclusion& end, Reporter& reporter);

}  // namespace pawl::app
