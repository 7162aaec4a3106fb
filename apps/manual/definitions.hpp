// SPDX-License-Identifier: Apache-2.0
/// The definitions of commands, as CLI11 has them, made into descriptions.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "description.hpp"

namespace pawl::manual {

/// `app` and all below it, without what help hides. `path` stands in front of its name.
Command describe(const CLI::App& app, const std::string& path = "");

}  // namespace pawl::manual
