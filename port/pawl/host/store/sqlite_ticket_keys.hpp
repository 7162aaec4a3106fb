// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include <pawl/host/store/secret_columns.hpp>
#include <pawl/host/store/ticket_key_store.hpp>

namespace pawl::host {

/// The keys of tickets in a database of users, sealed as their secrets are. Each is bound to when it was made, so that
/// nobody without the store key makes it last longer.
class SqliteTicketKeys final : public TicketKeyStore {
 public:
  /// Touches nothing yet. `secrets` outlive it, and are sealing.
  SqliteTicketKeys(std::filesystem::path file, const SecretColumns& secrets)
      : path_(std::move(file)), secrets_(secrets) {}

  /// Waits a tenth of a second for another program that changes the file. Kind::no_users, and failures as
  /// SqliteUsers::edit(). Kind::file_malformed if the keys are not as it has written them.
  [[nodiscard]] FailureOr<> take_up(TicketKeys& keys, std::uint64_t now) const override;

 private:
  std::filesystem::path path_;
  const SecretColumns& secrets_;
};

}  // namespace pawl::host
