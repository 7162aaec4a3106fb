// SPDX-License-Identifier: Apache-2.0
/// The file in which a client keeps its ticket, in TOML.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include <pawl/host/store/private_file.hpp>
#include <pawl/ticket/ticket.hpp>

namespace pawl::host {

/// A ticket as it is kept.
struct StoredTicket {
  std::string user;
  /// Of the credential that the ticket descends from.
  Mode mode = Mode::psk;
  /// When it is good for nothing any more.
  std::chrono::sys_seconds expires{};
  ByteArray<kMaxTicket> bytes{};
  std::size_t size = 0;
  TicketSecret secret{};
  /// Everybody on the machine may read or write the file, which its owner should be told.
  bool exposed = false;

  [[nodiscard]] Bytes ticket() const { return Bytes(bytes).first(size); }
};

/// Reads the ticket in `path` and removes the file, because a ticket is used once. Null if there is none, or if another
/// program took it at the same time. Kind::file_read, Kind::file_unfit as read_private_file(), Kind::file_write if the
/// file cannot be removed, or Kind::file_malformed if it is no ticket, and then the file stays.
FailureOr<std::unique_ptr<StoredTicket>> take_ticket(const std::filesystem::path& path);

/// Puts `ticket` into `path`, in the place of what was there. Failures as write_private_file().
FailureOr<> keep_ticket(const std::filesystem::path& path, const StoredTicket& ticket);

}  // namespace pawl::host
