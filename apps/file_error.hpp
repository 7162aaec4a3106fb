// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "exit_code.hpp"

namespace pawl::app {

/// `path` in quotes, safe to print.
std::string quoted(const std::filesystem::path& path);

/// "Cannot <verb> <path>: <reason>. <What to do>.", with exit code io; `error` is a value of errno.
AppError file_error(std::string_view verb, const std::filesystem::path& path, int error);

}  // namespace pawl::app
