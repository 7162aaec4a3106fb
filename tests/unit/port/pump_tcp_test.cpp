// SPDX-License-Identifier: Apache-2.0
/// Pumps over real connections, driven by poll() and by nothing but what they ask for.
#include <sys/socket.h>

#include <pawl/port/sim/manual_clock.hpp>

#include "tests/unit/port/loopback.hpp"
#include "tests/unit/port/pumped.hpp"

namespace pawl::test::pump_tcp_test {
namespace {

/// A pumped session and its socket.
struct Peer {
  Pumped& pumped;
  const TcpTransport& transport;
};

pollfd wanted(const Peer& peer) {
  const Pump& pump = peer.pumped.pump;
  const int events = (pump.wants_read() ? POLLIN : 0) | (pump.wants_write() ? POLLOUT : 0);
  return {events != 0 ? peer.transport.fd() : -1, static_cast<decltype(pollfd::events)>(events), 0};
}

/// Runs the peers until `done`; while none of them has anything to do, waits for their sockets. The time stands still.
template <class Done>
void run_until(std::initializer_list<Peer> peers, Instant now, Done done) {
  for (int round = 0; round < kMostRounds && !done(); ++round) {
    bool moved = false;
    std::vector<pollfd> sockets;
    for (const Peer& peer : peers) {
      moved = peer.pumped.run(now) || moved;
      sockets.push_back(wanted(peer));
    }
    if (moved || done()) continue;
    if (::poll(sockets.data(), sockets.size(), kPatience) == 0) break;
  }
  EXPECT_TRUE(done()) << "nothing happens any more";
}

class PumpTcp : public OverLoopback {
 protected:
  const User user_{Account{kRawKeyEcdhe}};
  ManualClock clock_;
};
INSTANTIATE_TEST_SUITE_P(, PumpTcp, testing::Values("127.0.0.1", "::1"), loopback_name);

TEST_P(PumpTcp, RunsAWholeSession) {
  connect();
  Pumped client(user_.client, nullptr, 1, this->client());
  Pumped server(user_.server, &user_.enrolment(), 2, this->server());
  const std::initializer_list<Peer> peers{{client, this->client()}, {server, this->server()}};
  ASSERT_TRUE(client.session.start(clock_.now()).ok());
  ASSERT_TRUE(server.session.start(clock_.now()).ok());
  client.to_send = {pattern(300'000)};
  server.to_send = {pattern(200'000)};
  run_until(peers, clock_.now(), [&] { return server.seen.messages() == 1 && client.seen.messages() == 1; });
  EXPECT_EQ(server.seen.bytes(), pattern(300'000));
  EXPECT_EQ(client.seen.bytes(), pattern(200'000));

  server.session.close(clock_.now());
  run_until(peers, clock_.now(), [&] { return client.pump.finished() && server.pump.finished(); });
  EXPECT_EQ(client.error(), Error::none);
  EXPECT_EQ(server.error(), Error::none);
}

TEST_P(PumpTcp, ConnectionThatBreaksIsTruncated) {
  connect();
  Pumped client(user_.client, nullptr, 1, this->client());
  Pumped server(user_.server, &user_.enrolment(), 2, this->server());
  ASSERT_TRUE(client.session.start(clock_.now()).ok());
  ASSERT_TRUE(server.session.start(clock_.now()).ok());
  client.to_send = {bytes_of("the last you hear")};
  run_until({{client, this->client()}, {server, this->server()}}, clock_.now(),
            [&] { return client.to_send.empty() && client.session.outgoing().empty() && client.session.is_open(); });
  client.pump.abort();
  run_until({{server, this->server()}}, clock_.now(), [&] { return server.pump.finished(); });
  EXPECT_EQ(server.seen.bytes(), bytes_of("the last you hear"));
  EXPECT_EQ(server.error(), Error::truncated);
}

TEST_P(PumpTcp, WhatThePeerSentBeforeAWriteErrorIsStillRead) {
  connect();
  Pumped client(user_.client, nullptr, 1, this->client());
  Pumped server(user_.server, &user_.enrolment(), 2, this->server());
  ASSERT_TRUE(client.session.start(clock_.now()).ok());
  ASSERT_TRUE(server.session.start(clock_.now()).ok());
  const std::initializer_list<Peer> peers{{client, this->client()}, {server, this->server()}};
  run_until(peers, clock_.now(), [&] { return client.seen.established + server.seen.established == 2; });
  client.to_send = {bytes_of("goodbye")};
  run_until({{client, this->client()}}, clock_.now(),
            [&] { return client.to_send.empty() && client.session.outgoing().empty(); });
  ASSERT_TRUE(wait_for(this->server().fd(), POLLIN));
  // From here on the server can write nothing, as after a reset.
  ::shutdown(this->server().fd(), SHUT_WR);
  server.to_send = {bytes_of("nobody hears this")};
  run_until({{server, this->server()}}, clock_.now(), [&] { return !server.seen.fragments.empty(); });
  EXPECT_EQ(server.seen.bytes(), bytes_of("goodbye"));
  client.pump.abort();
  run_until({{server, this->server()}}, clock_.now(), [&] { return server.pump.finished(); });
  EXPECT_EQ(server.error(), Error::truncated);
}

TEST_P(PumpTcp, ClientWithUnreadBytesGetsItsRejectAndAnOrderlyEnd) {
  connect();
  Pumped server(user_.server, &user_.enrolment(), 2, this->server(), {.input = 16});
  ASSERT_TRUE(server.session.start(clock_.now()).ok());
  Buffer junk{0x00, 0x02, 0x01, 0xFF, 0xFF};
  junk.resize(20'000);
  ASSERT_EQ(client().write(junk).value(), junk.size());
  const Peer peer{server, this->server()};
  run_until({peer}, clock_.now(), [&] { return server.seen.closed && server.session.outgoing().empty(); });
  server.run(clock_.now());

  // recv() itself tells an orderly end, 0, from a reset, which could have destroyed the Reject on its way.
  Buffer got(100);
  ASSERT_TRUE(wait_for(client().fd(), POLLIN));
  ASSERT_EQ(::recv(client().fd(), got.data(), got.size(), 0), 8);
  EXPECT_EQ(hex(Bytes(got).first(8)), "0002060003010000");
  ASSERT_TRUE(wait_for(client().fd(), POLLIN));
  EXPECT_EQ(::recv(client().fd(), got.data(), got.size(), 0), 0);
  EXPECT_FALSE(server.pump.finished());

  client().close();
  run_until({peer}, clock_.now(), [&] { return server.pump.finished(); });
}

}  // namespace
}  // namespace pawl::test::pump_tcp_test
