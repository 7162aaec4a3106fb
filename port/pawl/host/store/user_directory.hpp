// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <pawl/base/bytes.hpp>
#include <pawl/host/store/private_file.hpp>

namespace pawl::host {

/// A directory with one file a user, named after the user. What is in a file is for others to know.
class UserDirectory {
 public:
  /// Touches nothing yet. `path` need not exist. Each file's name ends with `suffix`.
  UserDirectory(std::filesystem::path path, std::string suffix) : path_(std::move(path)), suffix_(std::move(suffix)) {}

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// The file of `user`, which is any bytes. None if there is none. Fails as read_private_file() does.
  [[nodiscard]] FailureOr<std::optional<PrivateFile>> read(Bytes user) const;

  /// A number that changes whenever the user's file becomes another one. It is 0 while there is none. None if the file
  /// cannot be looked at.
  [[nodiscard]] std::optional<std::uint64_t> version(Bytes user) const;

  /// Where the file of `user` is. Kind::user_name if the name is too long to name a file.
  [[nodiscard]] FailureOr<std::filesystem::path> path_of(Bytes user) const;

  /// The files of all users, in the order of their names. Kind::no_users if there is no directory, and file_read.
  [[nodiscard]] FailureOr<std::vector<std::filesystem::path>> files() const;

  /// Makes the directory if need be, but not its parents. Kind::file_make.
  [[nodiscard]] FailureOr<> make() const;

  /// Kind::no_users unless the directory exists.
  [[nodiscard]] FailureOr<> require() const;

 private:
  std::filesystem::path path_;
  std::string suffix_;
};

/// The failure of a file that is another user's.
Failure another_user(const std::filesystem::path& path);

}  // namespace pawl::host
