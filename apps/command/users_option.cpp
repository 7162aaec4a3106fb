// SPDX-License-Identifier: Apache-2.0
#include "users_option.hpp"

#include <system_error>

namespace pawl::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "users.db";
constexpr const char* kDirectory = "records";

}  // namespace

fs::path path_of(const UsersOption& users) {
  if (users) return *users;
  std::error_code unreadable;  // then opening it will fail, and say why
  return !fs::exists(kFile, unreadable) && fs::is_directory(kDirectory, unreadable) ? kDirectory : kFile;
}

std::unique_ptr<host::EditableUsers> open_users(const UsersOption& users) { return host::open_users(path_of(users)); }

fs::path nstp_path_of(const UsersOption& users) { return users.value_or(kDirectory); }

}  // namespace pawl::app
