// SPDX-License-Identifier: Apache-2.0
#include <system_error>

#include <pawl/host/store/open_users.hpp>
#include <pawl/host/store/sqlite_users.hpp>
#include <pawl/host/store/toml_users.hpp>

namespace pawl::host {
namespace {

namespace fs = std::filesystem;

bool is_database(const fs::path& path) {
  std::error_code unreadable;  // then whoever opens it will be told
  const fs::file_status status = fs::status(path, unreadable);
  if (fs::exists(status)) return !fs::is_directory(status);
  const fs::path ending = path.extension();
  return ending == ".db" || ending == ".sqlite";
}

}  // namespace

FailureOr<std::unique_ptr<EditableUsers>> open_users(const fs::path& path, const std::optional<StoreKey>& key) {
  if (is_database(path)) return std::unique_ptr<EditableUsers>(std::make_unique<SqliteUsers>(path, key));
  if (!key) return std::unique_ptr<EditableUsers>(std::make_unique<TomlUsers>(path));
  return Failure{.kind = Failure::Kind::store_key,
                 .path = path,
                 .detail = "a directory of files cannot be sealed, and a file can"};
}

}  // namespace pawl::host
