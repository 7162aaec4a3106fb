// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <pawl/port/posix/tcp.hpp>

#include "poll_set.hpp"

namespace pawl::app {

/// Connections that there is no room for. They are told Reject(3) without a session, and then read from until they end,
/// for a second at most: closed at once, a reset could destroy the Reject (PROTOCOL.md 11.2, 14.1).
class Refusals {
 public:
  /// More at a time are closed without a word.
  static constexpr std::size_t kMost = 64;

  void refuse(TcpConnection&& connection, Instant now);
  /// Adds what they wait for, and gives the next deadline.
  std::optional<Instant> wait_for(PollSet& polls);
  /// Goes on after the wait.
  void step(const PollSet& polls, Instant now);

 private:
  struct Refused {
    TcpTransport transport;
    Instant until;
    std::size_t place = 0;
  };

  std::list<Refused> refused_;
};

}  // namespace pawl::app
