// SPDX-License-Identifier: Apache-2.0
/// What a side of NSTP tells its application, one at a time, by next_event().
#pragma once

#include <variant>

#include <pawl/base/bytes.hpp>
#include <pawl/base/result.hpp>

namespace pawl::nstp {

/// At a server, a client says it is `user`. Look its Psk up and call provide(), provide_none() or close(). The name is
/// whatever somebody sent, and nothing has proved it so far. It is a view that is valid until that call.
struct PskWanted {
  Bytes user;
};

/// Both sides have proved that they have the psk.
struct Established {};

/// At a server, a message to be answered by respond(). At a client, the response to the message sent. The text is any
/// bytes. It is valid until the next call of respond(), send() or receive().
struct Message {
  Bytes text;
};

/// It is over and its keys are wiped. Bytes that remain in outgoing() are still to be delivered before the transport is
/// closed.
struct Closed {
  /// None if this side closed. At a server also if the client ended the stream, which on this wire is the same whether
  /// it meant to or somebody cut the line.
  Error error = Error::none;
};

using Event = std::variant<std::monostate, PskWanted, Established, Message, Closed>;

/// False for what next_event() returns when nothing has happened.
[[nodiscard]] inline bool is_event(const Event& event) { return !std::holds_alternative<std::monostate>(event); }

}  // namespace pawl::nstp
