// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/handshake/resumption.hpp>
#include <pawl/session/event.hpp>

namespace pawl::host {

/// The ticket for a client's next session. Whoever begins a session takes it, so that each is used once.
using NextTicket = ClientTicket;

/// What one session of a client is made of, besides what carries it.
class SessionSettings {
 public:
  /// The credential outlives it. Takes the ticket that is there, if there is one.
  SessionSettings(const ClientCredential& credential, std::uint16_t idle, NextTicket& next);
  SessionSettings(const SessionSettings&) = delete;
  SessionSettings& operator=(const SessionSettings&) = delete;
  ~SessionSettings() = default;

  /// For the session. Its max_rx may be changed before that begins.
  [[nodiscard]] ClientSettings& settings() { return settings_; }
  /// Whether the session begins with a ticket.
  [[nodiscard]] bool has_ticket() const { return ticket_.usable(); }
  /// The server has sent a ticket, which is the next one from now on.
  void keep(const TicketReceived& event);
  /// The session has ended. A ticket that was not used is the next one again. True if another session is to begin at
  /// once, because the server has not taken the ticket.
  bool ended(Error error);

 private:
  void give_back();

  NextTicket& next_;
  ClientTicket ticket_{};
  ResumingClientSettings settings_;
};

}  // namespace pawl::host
