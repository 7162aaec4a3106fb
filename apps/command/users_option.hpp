// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <pawl/host/store/open_users.hpp>

namespace pawl::app {

/// Where a command finds the users.
struct UsersOption {
  /// None: users.db, unless there is only the directory records, which was the place before.
  std::optional<std::filesystem::path> path;
  /// None: their secrets are not sealed.
  std::optional<std::filesystem::path> key;
};

/// The path that is meant.
std::filesystem::path path_of(const UsersOption& users);

/// The users there, which need not exist. Reads the key. Throws AppError.
std::unique_ptr<host::EditableUsers> open_users(const UsersOption& users);

/// The directory with the users of NSTP, who are always in one.
std::filesystem::path nstp_path_of(const UsersOption& users);

}  // namespace pawl::app
