// SPDX-License-Identifier: Apache-2.0
/// The file with which `pawl serve` is configured. Each option has a key in it, which is the option's name with _ for
/// -. Limits that have no option are in its table "limits".
#pragma once

#include <pawl/host/base/failure.hpp>
#include <string>
#include <vector>

#include "serve.hpp"

namespace pawl::app {

/// The `options` of a command line, completed by their file if they have one. Fails as host::ConfigFile does.
host::FailureOr<ServeOptions> with_config(const ServeOptions& options);

/// The keys in which two configurations differ and of which a running server keeps the first.
std::vector<std::string> fixed_changes(const ServeOptions& running, const ServeOptions& next);

}  // namespace pawl::app
