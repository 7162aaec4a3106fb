// SPDX-License-Identifier: Apache-2.0
/// The users of a server in one file, a database of SQLite, which several servers and commands may use at a time.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include <pawl/host/store/editable_users.hpp>
#include <pawl/host/store/store_key.hpp>

namespace pawl::host {

class SecretColumns;
class SqliteTicketKeys;

/// A user store over a database. It may be used by several threads. The file is opened at the first call, and again if
/// it was replaced by another one.
class SqliteUsers final : public EditableUsers {
 public:
  /// Touches nothing yet. `file` need not exist. With a `key` the secrets in it are sealed, from the first change on. A
  /// file that is sealed under another key, or the other way, is Kind::store_key for all that needs it.
  explicit SqliteUsers(std::filesystem::path file, const std::optional<StoreKey>& key = std::nullopt);
  ~SqliteUsers() override;

  /// Waits a tenth of a second for another program that keeps the file locked, which changes do not. Kind::file_lock,
  /// file_read, file_malformed, and file_unfit if a newer program made it. Nobody is found if there is no file.
  [[nodiscard]] FailureOr<std::unique_ptr<StoredEnrolment>> find(Bytes user) const override;
  /// It is the generation.
  [[nodiscard]] std::optional<std::uint64_t> version(Bytes user) const override;
  /// Kind::no_users if there is no file or nothing is in it, and failures as find().
  [[nodiscard]] FailureOr<EnumerationKey> enumeration_key() const override;
  /// Only with a store key.
  [[nodiscard]] const TicketKeyStore* ticket_key_store() const override;

  [[nodiscard]] FailureOr<std::vector<UserSummary>> list() const override;
  [[nodiscard]] FailureOr<std::unique_ptr<StoredEnrolment>> read(Bytes user) const override;
  /// Waits five seconds for others who change the file. A new file has mode 0600. If root makes it, it belongs to the
  /// owner and group of its directory.
  [[nodiscard]] FailureOr<std::unique_ptr<UserEdit>> edit() override;
  [[nodiscard]] FailureOr<std::filesystem::path> path_of(Bytes /*user*/) const override { return path_; }
  [[nodiscard]] const std::filesystem::path& path() const override { return path_; }

 private:
  class Connection;
  class Edit;

  /// The open file. mutex_ is held.
  [[nodiscard]] FailureOr<Connection*> connect() const;

  std::filesystem::path path_;
  std::unique_ptr<SecretColumns> secrets_;
  std::unique_ptr<SqliteTicketKeys> ticket_keys_;
  mutable std::mutex mutex_;
  mutable std::unique_ptr<Connection> connection_;
};

}  // namespace pawl::host
