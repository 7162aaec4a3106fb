// SPDX-License-Identifier: Apache-2.0
/// A client and a server on a simulated line with an attacker at each end, in virtual time.
#pragma once

#include <pawl/port/sim/manual_clock.hpp>
#include <pawl/port/sim/pipe.hpp>
#include <pawl/port/sim/tap.hpp>

#include "tests/unit/port/pumped.hpp"

namespace pawl::test {

/// Of little cost, for tests that need many sessions.
inline Account quick_account(const Flow& flow = kRawKeyPsk) {
  Account account{flow};
  account.iterations = 10;
  return account;
}

class Line {
 public:
  explicit Line(const User& user, const PipeLimits& limits = {}, const Sizes& sizes = {})
      : pipe(limits),
        to_client(pipe.first()),
        to_server(pipe.second()),
        client(user.client, nullptr, 1, to_client, sizes),
        server(user.server, &user.enrolment(), 2, to_server, sizes) {}

  ManualClock clock;
  Pipe pipe;
  Tap to_client;
  Tap to_server;
  Pumped client;
  Pumped server;

  [[nodiscard]] bool finished() const { return client.pump.finished() && server.pump.finished(); }

  /// Starts both sides and moves what can be moved.
  void start() {
    EXPECT_TRUE(server.session.start(clock.now()).ok());
    EXPECT_TRUE(client.session.start(clock.now()).ok());
    settle();
  }

  /// start(), which must lead to an open session.
  void open() {
    start();
    ASSERT_EQ(client.seen.established, 1);
    ASSERT_EQ(server.seen.established, 1);
  }

  /// Moves what can be moved, without any time passing.
  void settle() {
    for (int round = 0; round < kMostRounds; ++round) {
      const bool client_moved = client.run(clock.now());
      const bool server_moved = server.run(clock.now());
      if (!client_moved && !server_moved) return;
    }
    ADD_FAILURE() << "this never comes to rest";
  }

  /// Lets time pass from deadline to deadline, at most `most` of it, until both sides are finished; the test fails if
  /// they are not.
  void finish(Duration most) {
    const Instant end = clock.now() + most;
    settle();
    while (!finished()) {
      const Instant next = std::min(next_deadline(client, end), next_deadline(server, end));
      if (next <= clock.now() || next >= end) break;
      clock.advance(next - clock.now());
      settle();
    }
    EXPECT_TRUE(client.pump.finished());
    EXPECT_TRUE(server.pump.finished());
  }

 private:
  static Instant next_deadline(const Pumped& side, Instant otherwise) {
    const auto deadline = side.pump.deadline();
    return deadline ? *deadline : otherwise;
  }
};

}  // namespace pawl::test
