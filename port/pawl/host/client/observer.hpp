// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <pawl/host/net/datagram_port.hpp>
#include <pawl/host/net/listener.hpp>
#include <pawl/session/event.hpp>

namespace pawl::host {

/// As whom a client logs in, and how.
struct ClientIdentity {
  /// The user name, which is any bytes.
  std::string user;
  /// Way::nstp for NSTP, which has neither kinds nor modes.
  Way way = Way::tcp;
  Kind kind = Kind::password;
  Mode mode = Mode::psk;
};

/// Is told what happens at a client. The calls come from its loop, and hold it up for as long as they take.
class ClientObserver {
 public:
  virtual void established(const ClientIdentity& identity) = 0;
  /// All of a message, the first of which is number 0, is on its way.
  virtual void sent(std::uint64_t message) = 0;
  /// The reply to this message did not come in time. It, or the message, was lost.
  virtual void unanswered(std::uint64_t message) = 0;
  /// The session, or its handshake, is over.
  virtual void closed(const Closed& closed, std::uint64_t sent, std::uint64_t answered) = 0;
  /// A serial line was lost or is back.
  virtual void line_changed(const ListenPoint& point, LineChange change) = 0;
  /// What became of the datagrams, in the end.
  virtual void link(const LinkReport& report) = 0;

 protected:
  ~ClientObserver() = default;
};

}  // namespace pawl::host
