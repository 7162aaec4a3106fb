// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <pawl/handshake/resumption.hpp>
#include <pawl/host/store/ticket_file.hpp>
#include <pawl/session/event.hpp>
#include <string>

#include "console/reporter.hpp"

namespace pawl::app {

/// The ticket of a client, in memory and, if there is a path, in a file. While a session may use it the file is not
/// there, so that no other does.
class TicketKeeper {
 public:
  /// `path` is that of --ticket. The reporter outlives it.
  TicketKeeper(std::optional<std::string> path, Reporter& reporter) : path_(std::move(path)), reporter_(reporter) {}

  /// Takes the ticket of this user and mode from the file. One of another user, or an old one, is left out. AppError if
  /// there is a file that cannot be read or is none of ours.
  void load(const std::string& user, Mode mode);
  /// For the settings of the sessions.
  [[nodiscard]] ClientTicket& ticket() { return ticket_; }

  /// The server has sent a ticket. A file that cannot be written is reported, and the session goes on.
  void keep(const TicketReceived& event);
  /// A session has ended. True if another is to begin at once, because the server has not taken the ticket.
  bool ended(Error error);

 private:
  void write();

  std::optional<std::string> path_;
  Reporter& reporter_;
  ClientTicket ticket_{};
  /// What is in the file besides the ticket itself.
  std::string user_{};
  Mode mode_ = Mode::psk;
  std::chrono::sys_seconds expires_{};
};

}  // namespace pawl::app
