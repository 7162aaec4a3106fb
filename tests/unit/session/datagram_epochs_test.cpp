// SPDX-License-Identifier: Apache-2.0
// Epochs over datagrams: PROTOCOL.md 10. None is skipped, whatever the link does.
#include <gtest/gtest.h>

#include <set>

#include "tests/support/datagram_pair.hpp"
#include "tests/support/names.hpp"

namespace pawl::test::datagram_epochs_test {
namespace {

constexpr std::uint32_t kRecords = 8;

struct Header {
  std::uint8_t epoch = 0;
  std::uint32_t counter = 0;
};

/// The epoch and counter of a record on its way.
Header header_of(const Buffer& datagram, Side from) {
  const auto header = parse_datagram_record_header(datagram, from == Side::client, kMaxMaxRx);
  return {header.value().epoch, header.value().counter};
}

std::vector<Header> records_of(const DatagramPair& pair, Side from) {
  std::vector<Header> headers;
  for (const Buffer& datagram : from == Side::client ? pair.sent_by_client : pair.sent_by_server) {
    if (begins_datagram_record(datagram[0])) headers.push_back(header_of(datagram, from));
  }
  return headers;
}

/// Each epoch is the one before or the next, and no counter is used twice in one.
void expect_in_order(const std::vector<Header>& records) {
  std::uint8_t epoch = 0;
  std::uint32_t next = 0;
  for (const Header& record : records) {
    if (record.epoch != epoch) {
      EXPECT_EQ(record.epoch, (epoch + 1) % kEpochsTold);
      epoch = record.epoch;
      next = 0;
    }
    EXPECT_EQ(record.counter, next);
    ++next;
  }
}

class Epochs : public testing::TestWithParam<Flow> {
 protected:
  explicit Epochs(const LinkFaults& faults = {}) : pair(GetParam(), faults, 7) {
    pair.client_settings.soft_record_limit = pair.server_settings.soft_record_limit = kRecords;
  }

  void send(Side from) {
    if (from == Side::client) {
      static_cast<void>(pair.client().send(pattern(20), pair.now()));
    } else {
      static_cast<void>(pair.session().send(pattern(20), pair.now()));
    }
  }

  DatagramPair pair;
};

TEST_P(Epochs, MoveOnAtTheSoftLimit) {
  ASSERT_TRUE(pair.open());
  for (int i = 0; i < 700; ++i) {
    for (const Side side : {Side::client, Side::server}) send(side);
    pair.pass(milliseconds(120));
  }
  EXPECT_EQ(pair.server_seen[pair.open_place()].fragments.size(), 700U);
  EXPECT_EQ(pair.seen.fragments.size(), 700U);
  for (const Side side : {Side::client, Side::server}) {
    const auto records = records_of(pair, side);
    expect_in_order(records);
    const auto moves = std::count_if(records.begin(), records.end(), [](const Header& h) { return h.counter == 0; });
    EXPECT_GT(moves, 64) << "beyond what six bits tell apart";
    const auto most = std::max_element(records.begin(), records.end(),
                                       [](const Header& a, const Header& b) { return a.counter < b.counter; });
    EXPECT_LE(most->counter, 2 * kRecords);
  }
}

/// While no pong has come for a ping of this epoch, the sender stays in it.
TEST_P(Epochs, AreNotLeftBeforeThePong) {
  ASSERT_TRUE(pair.open());
  bool mute = true;
  pair.tap = [&](Side from, Buffer& datagram) {
    return from == Side::client || !mute || !begins_datagram_record(datagram[0]);
  };
  for (int i = 0; i < 40; ++i) {
    send(Side::client);
    pair.pass(milliseconds(200));
  }
  EXPECT_EQ(records_of(pair, Side::client).back().epoch, 0);
  mute = false;
  pair.pass(seconds(3));
  EXPECT_EQ(records_of(pair, Side::client).back().epoch, 1);
  expect_in_order(records_of(pair, Side::client));
}

/// A pong that was on its way for long answers a ping of an epoch that is over. It shows nothing of the present one.
TEST_P(Epochs, AreNotLeftForAPongOfAnEarlierOne) {
  ASSERT_TRUE(pair.open());
  pair.pass(seconds(1));
  Buffer late;
  bool mute = false;
  pair.tap = [&](Side from, Buffer& datagram) {
    if (from == Side::server) return true;
    if (late.empty()) {
      late = datagram;
      return false;
    }
    return !mute;
  };
  const auto move_on = [&] {
    send(Side::server);
    pair.deliver();
    EXPECT_TRUE(pair.session().rekey(pair.now()).ok());
    pair.pass(seconds(3));
  };
  move_on();
  ASSERT_FALSE(late.empty());
  mute = true;
  move_on();
  const auto epoch = records_of(pair, Side::server).back().epoch;
  pair.inject(Side::server, late);
  move_on();
  EXPECT_EQ(records_of(pair, Side::server).back().epoch, epoch) << "nothing has answered the ping of this epoch";
  mute = false;
  pair.pass(seconds(3));
  EXPECT_EQ(records_of(pair, Side::server).back().epoch, epoch + 1);
}

TEST_P(Epochs, OnRequestWithoutAMessage) {
  ASSERT_TRUE(pair.open());
  send(Side::client);
  send(Side::server);
  pair.pass(seconds(1));
  EXPECT_TRUE(pair.client().rekey(pair.now()).ok());
  EXPECT_TRUE(pair.session().rekey(pair.now()).ok());
  pair.pass(seconds(1));
  for (const Side side : {Side::client, Side::server}) EXPECT_EQ(records_of(pair, side).back().epoch, 1);
}

TEST_P(Epochs, ByAge) {
  pair.client_settings.soft_record_limit = Config::kSoftRecordLimit;
  ASSERT_TRUE(pair.open());
  send(Side::client);
  pair.pass(Config::kEpochAge);
  pair.pass(seconds(5));
  EXPECT_EQ(records_of(pair, Side::client).back().epoch, 1);
}

/// A record of the epoch before still opens for a minute, and not longer; one of an epoch that never was, never.
TEST_P(Epochs, TheOneBeforeIsKeptForAMinute) {
  ASSERT_TRUE(pair.open());
  pair.pass(seconds(1));
  std::vector<Buffer> held;
  pair.tap = [&](Side from, Buffer& datagram) {
    if (from == Side::server) return true;
    held.push_back(datagram);
    return false;
  };
  for (int i = 0; i < 2; ++i) {
    send(Side::client);
    pair.deliver();
  }
  ASSERT_EQ(held.size(), 2U);
  pair.tap = nullptr;
  send(Side::client);
  EXPECT_TRUE(pair.client().rekey(pair.now()).ok());
  pair.pass(seconds(2));
  ASSERT_EQ(records_of(pair, Side::client).back().epoch, 1);
  const std::size_t place = pair.open_place();
  const std::size_t before = pair.server_seen[place].fragments.size();
  pair.pass(seconds(50));
  pair.inject(Side::server, held[0]);
  pair.deliver();
  EXPECT_EQ(pair.server_seen[place].fragments.size(), before + 1);
  pair.pass(seconds(10));
  pair.inject(Side::server, held[1]);
  pair.deliver();
  EXPECT_EQ(pair.server_seen[place].fragments.size(), before + 1);
  Buffer never = held[1];
  never[0] = static_cast<std::uint8_t>(0x80 | 5);
  pair.inject(Side::server, never);
  pair.deliver();
  EXPECT_EQ(pair.server_seen[place].fragments.size(), before + 1);
}

class EpochsUnderLoss : public Epochs {
 protected:
  static LinkFaults storm() {
    LinkFaults faults;
    faults.loss = 300'000;
    faults.duplication = 100'000;
    faults.corruption = 20'000;
    faults.max_delay = milliseconds(300);
    faults.reordering = 64;
    return faults;
  }
  EpochsUnderLoss() : Epochs(storm()) {}
};

/// What arrives is what was sent, once; and both sides keep pace.
TEST_P(EpochsUnderLoss, NoneIsSkippedAndNothingFalseDelivered) {
  ASSERT_TRUE(pair.open(seconds(70)));
  const std::size_t place = pair.open_place();
  constexpr int kMessages = 3000;
  for (int i = 0; i < kMessages; ++i) {
    const Buffer message = bytes_of("message " + std::to_string(i));
    static_cast<void>(pair.client().send(message, pair.now()));
    static_cast<void>(pair.session().send(message, pair.now()));
    pair.pass(milliseconds(50));
  }
  for (const Side side : {Side::client, Side::server}) expect_in_order(records_of(pair, side));
  for (const Seen* seen : {&pair.seen, &pair.server_seen[place]}) {
    std::set<std::string> once;
    for (const auto& fragment : seen->fragments) {
      const std::string text(fragment.bytes.begin(), fragment.bytes.end());
      EXPECT_EQ(text.substr(0, 8), "message ");
      EXPECT_LT(std::stoi(text.substr(8)), kMessages);
      EXPECT_TRUE(once.insert(text).second) << text << " came twice";
    }
    EXPECT_GT(once.size(), kMessages * 6U / 10);
    EXPECT_FALSE(seen->closed.has_value());
  }
}

INSTANTIATE_TEST_SUITE_P(All, Epochs, testing::Values(kPasswordPsk, kRawKeyPsk), name_of_flow);
INSTANTIATE_TEST_SUITE_P(All, EpochsUnderLoss, testing::Values(kPasswordPsk, kRawKeyPsk), name_of_flow);

}  // namespace
}  // namespace pawl::test::datagram_epochs_test
