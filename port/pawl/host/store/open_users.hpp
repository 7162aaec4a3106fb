// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include <pawl/host/store/editable_users.hpp>
#include <pawl/host/store/store_key.hpp>

namespace pawl::host {

/// The user store in `path`. A directory is one of TOML files, and a file is a database of SQLite. What does not exist
/// yet will be a database if its name ends with ".db" or ".sqlite", and else a directory. With a `key` its secrets are
/// sealed. Touches nothing yet. Kind::store_key if there is a key for a directory.
FailureOr<std::unique_ptr<EditableUsers>> open_users(const std::filesystem::path& path,
                                                     const std::optional<StoreKey>& key = std::nullopt);

}  // namespace pawl::host
