// SPDX-License-Identifier: Apache-2.0
/// What a session tells its application, one at a time, by Session::next_event().
#pragma once

#include <variant>

#include <pawl/handshake/credential.hpp>
#include <pawl/wire/record_content.hpp>

namespace pawl {

/// At a server, a client says it is `user` and wants this kind and mode. Look the user up and call provide(),
/// provide_none() or refuse(). The name is whatever somebody sent, and nothing has proved it so far. It is a view that
/// is valid until that call. With Kind::ticket, which only ResumingServerSettings admit, `user` is a ticket. Open it at
/// once with TicketKeys, because over datagrams it is valid only until DatagramServer::receive(). Then look up its user
/// and call provide() with both, or provide_none() if there is no such ticket or user.
struct CredentialWanted {
  Bytes user;
  Kind kind = Kind::password;
  Mode mode = Mode::psk;
};

/// At a client whose credential is not derived. Run a PasswordDerivation with these and call provide().
struct DerivationWanted {
  Salt salt{};
  std::uint32_t iterations = 0;
};

/// Both sides have proved themselves. send() may be used and user() is the user.
struct Established {};

/// A message, or a fragment of one, which `last` ends. The bytes are in the session's receive buffer and valid until
/// the next receive().
struct Message {
  Bytes bytes;
  bool last = false;
};

/// At a client, the server has sent a ticket. ClientTicket::take() takes the content, if the settings name one. The
/// bytes are in the session's receive buffer and valid until the next receive().
struct TicketReceived {
  Bytes content;
};

/// The session is over and its keys are wiped. Bytes that remain in outgoing() are still to be delivered before the
/// transport is closed.
struct Closed {
  /// None if both sides closed in good order, or the application closed during the handshake.
  Error error = Error::none;
  /// Why this side closed, if it did for an error or a reason other than normal. Otherwise what the peer's close said.
  CloseReason reason = CloseReason::normal;
  /// With Error::busy, the seconds to wait before the next attempt, at most 300. 0 is unknown.
  std::uint16_t retry_after = 0;
  /// The peer had begun a message and not ended it. What was delivered of it is incomplete.
  bool incomplete = false;
};

using Event =
    std::variant<std::monostate, CredentialWanted, DerivationWanted, Established, Message, TicketReceived, Closed>;

/// False for what next_event() returns when nothing has happened.
[[nodiscard]] inline bool is_event(const Event& event) { return !std::holds_alternative<std::monostate>(event); }

}  // namespace pawl
