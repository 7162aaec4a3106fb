// SPDX-License-Identifier: Apache-2.0
// The tables of PROTOCOL.md 15 over datagrams: whatever comes in whatever state, what is not expected there is dropped,
// and the handshake or session goes on.
#include <gtest/gtest.h>

#include <pawl/session/frame_hash.hpp>

#include "tests/support/datagram_pair.hpp"
#include "tests/support/names.hpp"

namespace pawl::test::datagram_states_test {
namespace {

enum class At : std::uint8_t { first_flight, second_flight, open, closing };

struct Cell {
  Flow flow;
  At at;
};

/// One of each kind of datagram, of another conversation of the same user, and some that are none.
std::vector<Buffer> foreign_datagrams(const Flow& flow) {
  DatagramPair other(flow, {}, 99);
  EXPECT_TRUE(other.open());
  EXPECT_TRUE(other.client().send(pattern(20), other.now()).ok());
  EXPECT_TRUE(other.session().send(pattern(20), other.now()).ok());
  other.deliver();
  std::vector<Buffer> all = other.sent_by_client;
  all.insert(all.end(), other.sent_by_server.begin(), other.sent_by_server.end());
  const auto reject = reject_frame({RejectCode::failed, 0});
  all.emplace_back(reject.begin(), reject.end());
  const auto echoing = datagram_reject_frame({RejectCode::failed, 0}, reject_echo(frame_hash(other.sent_by_client[0])));
  all.emplace_back(echoing.begin(), echoing.end());
  for (const std::size_t size : {1U, 4U, 5U, 8U, 9U, 25U, 26U, 40U, 1100U}) {
    for (const unsigned first : {0x00U, 0x01U, 0x41U, 0x80U, 0xBFU, 0xC0U, 0xFFU}) {
      Buffer noise = pattern(size);
      noise[0] = static_cast<std::uint8_t>(first);
      all.push_back(noise);
    }
  }
  return all;
}

class DatagramStates : public testing::TestWithParam<Cell> {
 protected:
  /// Brings both ends to where the client waits for an answer to its first or second frame, or to an open or closing
  /// session; what the server says is held back from then on.
  void reach() {
    pair.tap = [this](Side from, Buffer& datagram) {
      if (from == Side::client || !holding_) return true;
      held_.push_back(datagram);
      return false;
    };
    holding_ = GetParam().at == At::first_flight;
    pair.start();
    if (GetParam().at == At::second_flight) {
      pair.at_work = [this](Side side) {
        holding_ = holding_ || (side == Side::client && pair.sent_by_server.size() == 1);
      };
    }
    pair.deliver();
    pair.at_work = nullptr;
    if (GetParam().at == At::closing) {
      pair.pass(seconds(1));
      holding_ = true;
      pair.client().close(pair.now());
      pair.deliver();
    }
  }

  void release() {
    holding_ = false;
    for (const Buffer& datagram : held_) {
      pair.inject(Side::client, datagram);
      pair.deliver();
    }
  }

  DatagramPair pair{GetParam().flow};

 private:
  bool holding_ = false;
  std::vector<Buffer> held_;
};

TEST_P(DatagramStates, WhatIsNotExpectedIsDropped) {
  const auto foreign = foreign_datagrams(GetParam().flow);
  reach();
  const bool was_open = pair.client().is_open();
  for (const Buffer& datagram : foreign) {
    for (const Side side : {Side::client, Side::server}) {
      const bool hello = datagram.size() > 2 && datagram[0] == 0 && datagram[2] == 1;
      if (side == Side::server && hello) continue;  // another handshake
      pair.inject(side, datagram);
      pair.deliver();
      ASSERT_EQ(pair.client().is_open(), was_open) << hex(datagram);
      ASSERT_FALSE(pair.seen.closed.has_value()) << hex(datagram);
    }
  }
  release();
  pair.pass(seconds(3));
  const Seen& server = pair.server_seen[0];
  EXPECT_EQ(pair.seen.established, 1);
  EXPECT_EQ(server.established, 1);
  if (GetParam().at == At::closing) {
    ASSERT_TRUE(pair.seen.closed.has_value());
    EXPECT_EQ(pair.seen.closed->error, Error::none);
    return;
  }
  EXPECT_TRUE(pair.client().send(pattern(7), pair.now()).ok());
  pair.deliver();
  EXPECT_EQ(pair.server_seen[pair.open_place()].fragments.size(), 1U);
}

std::vector<Cell> cells() {
  std::vector<Cell> all;
  for (const Flow& flow : kFlows) {
    for (const At at : {At::first_flight, At::second_flight, At::open, At::closing}) {
      // In the password flow a ServerHello that anybody can send spoils the attempt (section 19).
      if (flow.kind == Kind::password && at == At::first_flight) continue;
      all.push_back({flow, at});
    }
  }
  return all;
}

std::string name_of_cell(const testing::TestParamInfo<Cell>& test) {
  constexpr std::array kNames{"first_flight", "second_flight", "open", "closing"};
  return flow_name(test.param.flow) + "_" + kNames.at(static_cast<std::size_t>(test.param.at));
}

INSTANTIATE_TEST_SUITE_P(All, DatagramStates, testing::ValuesIn(cells()), name_of_cell);

/// A hello over datagrams of psk_ecdhe with a ticket of that size in the place of the name.
Buffer hello_with_ticket(std::size_t size) {
  Buffer body{2, 0x03, 0x04, 0x00, 0x00, 0x78};  // mode, flags D and T, max_rx, idle
  body.resize(body.size() + kNonceSize);
  body.push_back(static_cast<std::uint8_t>(size));
  body.resize(body.size() + size + kShareSize + kCookieSize);
  const auto header = frame_header(FrameType::client_hello, body.size());
  body.insert(body.begin(), header.begin(), header.end());
  return body;
}

// Calls at the wrong moment, and settings that are not allowed.

class DatagramMisuse : public testing::TestWithParam<Flow> {};

TEST_P(DatagramMisuse, CallsBeforeTheStart) {
  DatagramPair pair(GetParam());
  DatagramBuffers buffers(128);
  DatagramClient client(pair.client_settings, *pair.client_random, buffers.tx, buffers.words);
  Buffer datagram = pattern(30);
  EXPECT_EQ(client.receive(datagram, pair.now()).error(), Error::wrong_state);
  EXPECT_EQ(client.send(datagram, pair.now()).error(), Error::wrong_state);
  EXPECT_EQ(client.rekey(pair.now()).error(), Error::wrong_state);
  EXPECT_EQ(client.longest_message(), 0U);
  EXPECT_FALSE(client.deadline().has_value());
  EXPECT_FALSE(client.event_waits());
  EXPECT_FALSE(client.has_work());
  EXPECT_FALSE(client.is_over());
  EXPECT_TRUE(client.start(pair.now()).ok());
  EXPECT_EQ(client.start(pair.now()).error(), Error::wrong_state);
}

/// What its transport has not taken when an attempt ends is not sent any more.
TEST_P(DatagramMisuse, AnAttemptThatIsOverSendsNothing) {
  for (const bool closed : {false, true}) {
    DatagramPair pair(GetParam());
    DatagramBuffers buffers(128);
    DatagramClient client(pair.client_settings, *pair.client_random, buffers.tx, buffers.words);
    EXPECT_TRUE(client.start(pair.now()).ok());
    ASSERT_FALSE(client.outgoing().empty());
    if (closed) {
      client.close(pair.now());
    } else {
      client.advance(pair.now() + Config::kClientHandshake);
    }
    EXPECT_TRUE(client.is_over());
    EXPECT_TRUE(client.event_waits());
    EXPECT_EQ(client.deadline(), std::nullopt);
    EXPECT_TRUE(std::holds_alternative<Closed>(client.next_event()));
    EXPECT_FALSE(client.event_waits());
    EXPECT_TRUE(client.outgoing().empty());
  }
}

TEST_P(DatagramMisuse, AnEventThatWaits) {
  DatagramPair pair(GetParam());
  ASSERT_TRUE(pair.open());
  EXPECT_TRUE(pair.session().send(pattern(5), pair.now()).ok());
  Buffer first(pair.session().outgoing().begin(), pair.session().outgoing().end());
  Buffer second = first;
  EXPECT_TRUE(pair.client().receive(first, pair.now()).ok());
  EXPECT_TRUE(pair.client().event_waits());
  EXPECT_GT(pair.client().deadline(), pair.now()) << "an event is no work";
  EXPECT_EQ(pair.client().receive(second, pair.now()).error(), Error::would_block);
}

TEST_P(DatagramMisuse, SettingsOutOfRange) {
  const auto started = [](auto alter, std::size_t tx = 1280, std::size_t words = replay_words(128)) {
    DatagramPair pair(GetParam());
    alter(pair);
    Buffer buffer(tx);
    std::vector<std::uint32_t> windows(words);
    DatagramClient client(pair.client_settings, *pair.client_random, buffer, windows);
    return client.start(pair.now()).error();
  };
  const auto nothing = [](DatagramPair&) {};
  EXPECT_EQ(started(nothing), Error::none);
  EXPECT_EQ(started(nothing, kMinDatagram), Error::none);
  EXPECT_EQ(started(nothing, kMinDatagram - 1), Error::invalid_argument);
  EXPECT_EQ(started(nothing, 512, replay_words(32)), Error::invalid_argument);
  EXPECT_EQ(started(nothing, 512, 7), Error::invalid_argument);
  EXPECT_EQ(started([](DatagramPair& pair) { pair.client_settings.soft_record_limit = 7; }), Error::invalid_argument);
  EXPECT_EQ(started([](DatagramPair& pair) { pair.client_settings.max_rx = 63; }), Error::invalid_argument);
  EXPECT_EQ(started([](DatagramPair& pair) { pair.client_settings.idle = 2; }), Error::invalid_argument);
}

TEST_P(DatagramMisuse, AServerMustHaveAnIdleTimeOut) {
  DatagramPair pair(GetParam());
  pair.server_settings.idle = 0;
  DatagramBuffers buffers(64);
  DatagramServerSession session(pair.server_settings, *pair.server_random, buffers.tx, buffers.words);
  std::array places{&session};
  DatagramServer server(pair.server_settings, *pair.server_random, places, 1);
  EXPECT_EQ(server.start(pair.now()).error(), Error::invalid_argument);
}

/// What a client may do without on a stream, it needs over datagrams, whoever took it out of the hello.
TEST(PasswordFlow, AServerHelloWithoutAnIdleTimeOutIsDropped) {
  for (const bool none : {false, true}) {
    DatagramPair pair(kPasswordPsk);
    pair.client_settings.idle = 0;
    pair.tap = [&](Side from, Buffer& frame) {
      if (none && from == Side::server) frame[kFrameHeaderSize + 2] = frame[kFrameHeaderSize + 3] = 0;
      return true;
    };
    pair.start();
    pair.deliver();
    EXPECT_EQ(pair.sent_by_client.size(), none ? 1U : 2U) << "a ClientFinish";
    EXPECT_EQ(pair.client().counters().dropped, none ? 1U : 0U);
  }
}

/// Of two clients whose hellos are alike, one may be somebody who repeats what he saw: he gets nothing sent elsewhere.
TEST_P(DatagramMisuse, TheSameHelloFromAnotherAddressIsAnotherHandshake) {
  DatagramPair pair(GetParam());
  pair.tap = [](Side from, Buffer&) { return from == Side::client; };
  pair.start();
  pair.deliver();
  ASSERT_EQ(pair.server().half_open(), 1U);
  const Buffer hello = pair.sent_by_client[0];
  const Address elsewhere(ByteArray<6>{203, 0, 113, 9, 0, 80});
  pair.inject(Side::server, hello, elsewhere);
  EXPECT_EQ(pair.server().half_open(), 2U);
  EXPECT_TRUE(pair.server().session(0).outgoing().empty());
  EXPECT_EQ(pair.server().session(1).peer(), elsewhere);
  pair.deliver();
  pair.inject(Side::server, hello);
  EXPECT_EQ(pair.server().half_open(), 2U) << "that one is known";
  EXPECT_EQ(pair.server().session(0).peer(), DatagramPair::kClientAddress);
  EXPECT_FALSE(pair.server().session(0).outgoing().empty());
}

/// A name as long as only a ticket is: the place for the frame is shorter than that.
TEST(DatagramServer, AHelloWithATicketIsRefusedWithoutAPlace) {
  DatagramPair pair(kPasswordPsk);
  pair.tap = [](Side from, Buffer&) { return from == Side::client; };
  pair.start();
  for (const std::size_t name : {1U, 128U, 255U}) {
    Buffer hello = hello_with_ticket(name);
    pair.inject(Side::server, hello);
    EXPECT_EQ(hex(pair.sent_by_server.back()),
              hex(datagram_reject_frame({RejectCode::failed, 0}, reject_echo(frame_hash(hello)))));
    EXPECT_EQ(pair.server().half_open(), 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(All, DatagramMisuse, testing::Values(kPasswordPsk, kRawKeyPsk), name_of_flow);

}  // namespace
}  // namespace pawl::test::datagram_states_test
