// SPDX-License-Identifier: Apache-2.0
/// What `pawl user` does besides enrolling.
#pragma once

#include <filesystem>
#include <pawl/host/store/editable_users.hpp>
#include <string>

#include "console/exit_code.hpp"
#include "console/reporter.hpp"
#include "users_option.hpp"

namespace pawl::app {

struct UserOptions {
  UsersOption users;
  /// For those that are about one user.
  std::string user;
  /// For those that copy: the directory with the files.
  std::filesystem::path directory;
  host::Existing existing = host::Existing::kept;
};

/// Shows who is there, as a table on standard output. Throws AppError, as all of these.
ExitCode list_users(const UserOptions& options, Reporter& reporter);

/// Shows what is known of a user, but no secret.
ExitCode show_user(const UserOptions& options, Reporter& reporter);

/// Enables, disables or removes a user.
ExitCode set_user_state(const UserOptions& options, host::UserState state, Reporter& reporter);

/// Makes the file of a store key. Throws AppError.
ExitCode make_key(const std::filesystem::path& file, Reporter& reporter);

/// Copies users from the files of a directory.
ExitCode import_users(const UserOptions& options, Reporter& reporter);

/// Copies users into the files of a directory.
ExitCode export_users(const UserOptions& options, Reporter& reporter);

}  // namespace pawl::app
