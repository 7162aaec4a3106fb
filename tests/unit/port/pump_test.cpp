// SPDX-License-Identifier: Apache-2.0
/// The pump between sessions and a simulated line: order, back-pressure, ends.
#include "tests/unit/port/line.hpp"

namespace pawl::test::pump_test {
namespace {

constexpr PipeLimits kByteByByte{.max_read = 1, .max_write = 1};

struct Way {
  const char* name;
  PipeLimits limits;
  Sizes sizes;
};
const Way kWays[] = {{"at_once", {}, {}},
                     {"byte_by_byte", kByteByByte, {.input = 1}},
                     {"narrow", {.capacity = 7, .max_read = 3, .max_write = 5}, {.rx = 256, .tx = 256, .input = 2}}};

/// As a server sends it, PROTOCOL.md 4.4.
const Buffer kReject{0x00, 0x02, 0x06, 0x00, 0x03, 0x01, 0x00, 0x00};

class PumpSession : public testing::TestWithParam<std::tuple<Flow, Way>> {
 protected:
  const User user_{Account{std::get<0>(GetParam())}};
};

std::string way_name(const testing::TestParamInfo<PumpSession::ParamType>& each) {
  const auto& [flow, way] = each.param;
  std::string name = name_of(flow) + "_" + way.name;
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(, PumpSession, testing::Combine(testing::ValuesIn(kFlows), testing::ValuesIn(kWays)),
                         way_name);

TEST_P(PumpSession, RunsFromHandshakeToClose) {
  Line line(user_, std::get<1>(GetParam()).limits, std::get<1>(GetParam()).sizes);
  line.open();
  EXPECT_EQ(hex(line.client.session.user()), hex(bytes_of("alice")));
  EXPECT_EQ(hex(line.server.session.user()), hex(bytes_of("alice")));

  line.client.to_send = {bytes_of("first"), Buffer(), pattern(3000)};
  line.settle();
  EXPECT_EQ(line.server.seen.messages(), 3U);
  Buffer expected = bytes_of("first");
  append(expected, pattern(3000));
  EXPECT_EQ(line.server.seen.bytes(), expected);

  line.server.to_send = {bytes_of("answer")};
  line.settle();
  EXPECT_EQ(line.client.seen.bytes(), bytes_of("answer"));

  const Instant before = line.clock.now();
  line.client.session.close(before);
  line.settle();
  EXPECT_TRUE(line.finished()) << "an answered close needs no time";
  EXPECT_EQ(line.client.error(), Error::none);
  EXPECT_EQ(line.server.error(), Error::none);
}

TEST_P(PumpSession, BothSendAtOnce) {
  Line line(user_, std::get<1>(GetParam()).limits, std::get<1>(GetParam()).sizes);
  line.open();
  line.client.to_send = {pattern(5000), pattern(700)};
  line.server.to_send = {pattern(4000), pattern(900)};
  line.settle();
  EXPECT_EQ(line.server.seen.bytes().size(), 5700U);
  EXPECT_EQ(line.server.seen.messages(), 2U);
  EXPECT_EQ(line.client.seen.bytes().size(), 4900U);
  EXPECT_EQ(line.client.seen.messages(), 2U);
}

class Pump : public testing::Test {
 protected:
  const User user_{quick_account()};
};

TEST_F(Pump, BothCloseAtOnce) {
  Line line(user_);
  line.open();
  line.client.session.close(line.clock.now());
  line.server.session.close(line.clock.now());
  line.settle();
  EXPECT_TRUE(line.finished());
  EXPECT_EQ(line.client.error(), Error::none);
  EXPECT_EQ(line.server.error(), Error::none);
}

TEST_F(Pump, WrongKeyIsRefused) {
  Account other = quick_account(kPasswordPsk);
  const Account mine = other;
  other.secret[0] ^= 1;
  const User user(mine, other);
  Line line(user);
  line.start();
  EXPECT_TRUE(line.finished());
  EXPECT_EQ(line.client.error(), Error::authentication_failed);
  EXPECT_EQ(line.server.error(), Error::authentication_failed);
}

// Back-pressure.

TEST_F(Pump, PeerThatStopsReadingStopsTheSender) {
  const PipeLimits limits{.capacity = 1000};
  Line line(user_, limits);
  line.open();
  line.server.reads = false;
  const std::size_t before = line.client.meter.bytes_written();
  line.client.to_send = {pattern(100'000)};
  line.settle();
  EXPECT_EQ(line.client.session.send(pattern(1000), true, line.clock.now()).error(), Error::would_block);
  EXPECT_LE(line.client.session.outgoing().size(), Sizes{}.tx);
  EXPECT_LE(line.client.meter.bytes_written() - before, limits.capacity);
  EXPECT_TRUE(line.client.pump.wants_write());
  EXPECT_FALSE(line.client.to_send.empty());

  line.server.reads = true;
  line.settle();
  EXPECT_EQ(line.server.seen.bytes(), pattern(100'000));
  EXPECT_EQ(line.server.seen.messages(), 1U);
}

TEST_F(Pump, ReadsNoMoreThanItsBufferWhileTheApplicationOwesAnAnswer) {
  Line line(user_);
  line.server.answers = false;
  line.start();
  ASSERT_EQ(line.server.seen.credentials_wanted.size(), 1U);
  const std::size_t hello = line.server.meter.bytes_read();
  ASSERT_EQ(line.pipe.first().write(pattern(5000)).value(), 5000U);
  line.settle();
  EXPECT_EQ(line.server.meter.bytes_read(), hello + Sizes{}.input);
  EXPECT_FALSE(line.server.pump.wants_read());
}

TEST_F(Pump, FlushLeavesTheLastMessageAlone) {
  Line line(user_);
  line.open();
  line.server.reads = false;
  line.client.to_send = {bytes_of("keep me"), bytes_of("later")};
  line.settle();
  const Event event = line.server.pump.run(line.clock.now());
  const auto* message = std::get_if<Message>(&event);
  ASSERT_NE(message, nullptr);
  EXPECT_LE(line.server.pump.deadline(), line.clock.now()) << "there is more that no poll() would announce";
  line.server.to_send = {pattern(2000)};
  line.settle();
  EXPECT_EQ(hex(message->bytes), hex(bytes_of("keep me")));
  EXPECT_EQ(line.client.seen.bytes(), pattern(2000));
  line.server.reads = true;
  line.settle();
  EXPECT_EQ(line.server.seen.bytes(), bytes_of("later"));
}

// Ends without a close.

TEST_F(Pump, EndOfStreamWithoutCloseIsTruncated) {
  Line line(user_);
  line.open();
  line.client.to_send = {bytes_of("the last you hear")};
  line.settle();
  line.client.pump.abort();
  EXPECT_TRUE(line.client.pump.finished());
  line.settle();
  EXPECT_EQ(line.server.error(), Error::truncated);
  EXPECT_FALSE(line.server.seen.closed->incomplete);
  EXPECT_TRUE(line.server.pump.finished());
}

TEST_F(Pump, EndOfStreamWithinAMessageIsTruncatedAndIncomplete) {
  Line line(user_);
  line.open();
  ASSERT_TRUE(line.client.session.send(bytes_of("first half"), false, line.clock.now()).ok());
  line.settle();
  line.client.pump.abort();
  line.settle();
  EXPECT_EQ(line.server.error(), Error::truncated);
  EXPECT_TRUE(line.server.seen.closed->incomplete);
}

TEST_F(Pump, EndOfStreamInTheHandshakeIsConnectionLost) {
  Line line(user_);
  line.server.answers = false;
  line.start();
  line.client.pump.abort();
  line.settle();
  EXPECT_EQ(line.server.error(), Error::connection_lost);
  EXPECT_TRUE(line.server.pump.finished());
}

TEST_F(Pump, WhatCameBeforeTheEndOfStreamIsTakenFirst) {
  Line line(user_);
  line.server.answers = false;
  line.start();
  ASSERT_TRUE(line.pipe.first().write(kReject).ok());
  line.pipe.first().shutdown();
  line.settle();
  EXPECT_FALSE(line.server.seen.closed.has_value()) << "a frame waits for the answer to the one before";
  ASSERT_TRUE(line.server.session.provide(user_.enrolment(), line.clock.now()).ok());
  line.settle();
  EXPECT_EQ(line.server.error(), Error::malformed);
}

/// Whoever hangs up right after a wrong proof has guessed all the same.
TEST_F(Pump, AWrongProofCountsAlthoughItsSenderIsGone) {
  Account other = quick_account(kPasswordEcdhe);
  const Account mine = other;
  other.secret[0] ^= 1;
  const User user(mine, other);
  Line line(user);
  const Instant now = line.clock.now();
  ASSERT_TRUE(line.client.session.start(now).ok() && line.server.session.start(now).ok());
  constexpr std::size_t kMoreThanAHello = 100;
  while (line.client.meter.bytes_written() < kMoreThanAHello) {
    line.server.run(now);
    line.client.run(now);
  }
  line.pipe.first().shutdown();
  line.settle();
  EXPECT_EQ(line.server.error(), Error::authentication_failed);
}

TEST_F(Pump, CloseWithoutAnswerIsUnconfirmed) {
  Line line(user_);
  line.open();
  line.server.reads = false;
  line.client.session.close(line.clock.now());
  line.settle();
  EXPECT_FALSE(line.client.seen.closed.has_value());
  line.clock.advance(Config::kCloseWait);
  line.settle();
  EXPECT_EQ(line.client.error(), Error::unconfirmed);
  line.clock.advance(Config::kLinger);
  line.settle();
  EXPECT_TRUE(line.client.pump.finished());
}

TEST_F(Pump, WhatThePeerSentBeforeAWriteErrorIsStillRead) {
  Line line(user_);
  line.open();
  line.server.reads = false;
  line.client.to_send = {bytes_of("goodbye")};
  line.settle();
  line.client.pump.abort();

  line.server.reads = true;
  line.server.to_send = {bytes_of("nobody hears this")};
  line.settle();
  EXPECT_EQ(line.server.seen.bytes(), bytes_of("goodbye"));
  EXPECT_TRUE(line.server.session.outgoing().empty()) << "what cannot be delivered does not wait";
  EXPECT_EQ(line.server.error(), Error::truncated);
  EXPECT_TRUE(line.server.pump.finished());
}

// Last words, PROTOCOL.md 11.2.

/// Hangs `server` on a line whose client sends junk, more of it than the server looks at.
void junk_hello(Line& line) {
  Buffer junk{0x00, 0x02, 0x01, 0xFF, 0xFF};
  junk.resize(4000);
  ASSERT_EQ(line.pipe.first().write(junk).value(), junk.size());
  ASSERT_TRUE(line.server.session.start(line.clock.now()).ok());
}

Buffer read_all(Transport& transport) {
  Buffer all;
  ByteArray<64> piece{};
  for (auto got = transport.read(piece); got.ok() && got.value() > 0; got = transport.read(piece)) {
    append(all, Bytes(piece).first(got.value()));
  }
  return all;
}

TEST_F(Pump, ClientWithUnreadBytesGetsItsReject) {
  Line line(user_, {}, {.input = 64});
  junk_hello(line);
  ASSERT_TRUE(line.server.settle(line.clock.now()));
  EXPECT_EQ(line.server.error(), Error::malformed);
  EXPECT_FALSE(line.server.pump.finished()) << "it waits for the client to end";
  EXPECT_EQ(hex(read_all(line.pipe.first())), hex(kReject));
  ByteArray<1> none{};
  EXPECT_EQ(line.pipe.first().read(none).error(), Error::connection_lost) << "the server has shut down writing";

  line.pipe.first().close();
  ASSERT_TRUE(line.server.settle(line.clock.now()));
  EXPECT_TRUE(line.server.pump.finished());
}

TEST_F(Pump, BusyClientLearnsWhenToComeBackAlthoughItSentMore) {
  Line line(user_, {}, {.input = 64});
  line.server.busy = true;
  ASSERT_TRUE(line.server.session.start(line.clock.now()).ok());
  ASSERT_TRUE(line.client.session.start(line.clock.now()).ok());
  line.client.run(line.clock.now());
  ASSERT_TRUE(line.pipe.first().write(pattern(3000)).ok());
  line.settle();
  EXPECT_TRUE(line.finished());
  EXPECT_EQ(line.client.error(), Error::busy);
  EXPECT_EQ(line.client.seen.closed->retry_after, 7);
}

TEST_F(Pump, LingersOneSecondAndNoLonger) {
  Line line(user_);
  junk_hello(line);
  ASSERT_TRUE(line.server.settle(line.clock.now()));
  EXPECT_EQ(line.server.pump.deadline(), line.clock.now() + Config::kLinger);
  // A client that goes on talking makes no difference.
  line.clock.advance(milliseconds(999));
  ASSERT_TRUE(line.pipe.first().write(pattern(100)).ok());
  ASSERT_TRUE(line.server.settle(line.clock.now()));
  EXPECT_FALSE(line.server.pump.finished());
  line.clock.advance(milliseconds(1));
  ASSERT_TRUE(line.server.settle(line.clock.now()));
  EXPECT_TRUE(line.server.pump.finished());
  EXPECT_EQ(line.server.pump.deadline(), std::nullopt);
}

TEST_F(Pump, LastWordsThatNobodyTakesAreGivenUp) {
  Line line(user_, {.capacity = 4});
  ASSERT_TRUE(line.server.session.start(line.clock.now()).ok());
  ASSERT_TRUE(line.pipe.first().write(Buffer{0x00, 0x02, 0x01, 0xFF}).ok());
  ASSERT_TRUE(line.server.settle(line.clock.now()));
  ASSERT_TRUE(line.pipe.first().write(Buffer{0xFF}).ok());
  ASSERT_TRUE(line.server.settle(line.clock.now()));
  EXPECT_EQ(line.server.error(), Error::malformed);
  EXPECT_TRUE(line.server.pump.wants_write());
  EXPECT_EQ(line.server.pump.deadline(), line.clock.now() + Config::kCloseWait);
  line.clock.advance(Config::kCloseWait);
  ASSERT_TRUE(line.server.settle(line.clock.now()));
  EXPECT_TRUE(line.server.pump.finished());
}

TEST_F(Pump, SilentClientIsLeftInSilence) {
  Line line(user_);
  ASSERT_TRUE(line.server.session.start(line.clock.now()).ok());
  line.server.run(line.clock.now());
  EXPECT_EQ(line.server.pump.deadline(), line.clock.now() + Config::kServerFirstByte);
  line.clock.advance(Config::kServerFirstByte);
  ASSERT_TRUE(line.server.settle(line.clock.now()));
  EXPECT_EQ(line.server.error(), Error::timeout);
  EXPECT_TRUE(read_all(line.pipe.first()).empty());
  ByteArray<1> none{};
  EXPECT_EQ(line.pipe.first().read(none).error(), Error::connection_lost);
  line.clock.advance(Config::kLinger);
  line.server.run(line.clock.now());
  EXPECT_TRUE(line.server.pump.finished());
}

}  // namespace
}  // namespace pawl::test::pump_test
