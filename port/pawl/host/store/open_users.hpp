// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include <pawl/host/store/editable_users.hpp>

namespace pawl::host {

/// The user store in `path`. A directory is one of TOML files, and a file is a database of SQLite. What does not exist
/// yet will be a database if its name ends with ".db" or ".sqlite", and else a directory. Touches nothing yet.
std::unique_ptr<EditableUsers> open_users(const std::filesystem::path& path);

}  // namespace pawl::host
