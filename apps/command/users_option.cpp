// SPDX-License-Identifier: Apache-2.0
#include "users_option.hpp"

#include <system_error>

#include "console/failure_text.hpp"

namespace pawl::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "users.db";
constexpr const char* kDirectory = "records";

}  // namespace

fs::path path_of(const UsersOption& users) {
  if (users.path) return *users.path;
  std::error_code unreadable;  // then opening it will fail, and say why
  return !fs::exists(kFile, unreadable) && fs::is_directory(kDirectory, unreadable) ? kDirectory : kFile;
}

std::unique_ptr<host::EditableUsers> open_users(const UsersOption& users) {
  std::optional<host::StoreKey> key;
  if (users.key) key.emplace(require(host::read_store_key(*users.key)));
  return require(host::open_users(path_of(users), key));
}

fs::path nstp_path_of(const UsersOption& users) { return users.path.value_or(kDirectory); }

}  // namespace pawl::app
