// SPDX-License-Identifier: Apache-2.0
/// Two sessions in virtual time, joined by a stream that keeps every byte until it is delivered.
#pragma once

#include <functional>

#include "tests/support/end.hpp"

namespace pawl::test {

/// A state of PROTOCOL.md 15.
enum class State : std::uint8_t { wait_ch, wait_cf, wait_sh, wait_sf, open, closing };

/// Whether there is such a state of this side in this flow.
bool exists(State state, Side side, const Flow& flow);

/// A client and a server that knows its user. Alter `client` and `server`, then reach() a state or start().
class Pair {
 public:
  explicit Pair(Account account);
  explicit Pair(const Flow& flow) : Pair(Account{flow}) {}

  Enrolled enrolled;
  Client client;
  Server server;
  Instant now{1'000'000};

  /// How many bytes move in one call of receive() or sent().
  std::size_t piece = kAtOnce;
  /// If set, sees and may alter what `from` sends, before it is logged or on its way. May be called with any part of a
  /// frame or record.
  std::function<void(Side from, Buffer& bytes)> tap;

  [[nodiscard]] End& end(Side side);
  /// All that `from` has sent since the start.
  [[nodiscard]] const Buffer& sent(Side from) const { return side_of(from).sent; }
  /// What is on its way to `to`: sent and not yet delivered.
  [[nodiscard]] Buffer& on_the_way(Side to) { return side_of(other(to)).on_the_way; }

  /// Starts both ends.
  void start();
  /// Moves bytes both ways, does what is due, and ends the stream behind a session that is over, until nothing moves.
  void deliver();
  /// Moves only what `from` has sent and sends now; true if anything moved or happened.
  bool deliver(Side from);
  /// Takes what `from` sends now and leaves it on the way.
  void collect(Side from);
  /// Lets time pass, stopping and delivering at each deadline on the way.
  void pass(Duration duration);

  /// From the beginning: brings `side` to `state`. The genuine bytes that it waits for next are on the way to it: its
  /// peer's frame; in CLOSING, its peer's answer; in OPEN, none.
  void reach(Side side, State state);
  /// Starts, and delivers until both are open. Fails the test if they are not.
  void open() { reach(Side::client, State::open); }

  static constexpr Side other(Side side) { return side == Side::client ? Side::server : Side::client; }

 private:
  struct Direction {
    Buffer sent;
    Buffer on_the_way;
    bool ended = false;
  };
  Direction& side_of(Side from) { return from == Side::client ? from_client_ : from_server_; }
  [[nodiscard]] const Direction& side_of(Side from) const { return from == Side::client ? from_client_ : from_server_; }

  Direction from_client_;
  Direction from_server_;
};

}  // namespace pawl::test
