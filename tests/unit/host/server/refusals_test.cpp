// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/server/refusals.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include <pawl/host/base/hex.hpp>
#include <pawl/wire/reject.hpp>

#include "tests/unit/host/world.hpp"

namespace pawl::host::refusals_test {
namespace {

class RefusalsTest : public test::World {
 protected:
  /// A client that has said `bytes` bytes and is refused.
  std::unique_ptr<Stream> refused(std::size_t bytes = 0) {
    test::StreamPair pair = test::join_streams();
    EXPECT_EQ(pair.client->write(std::vector<std::uint8_t>(bytes)).value(), bytes);
    refusals_.refuse(std::move(pair.server), clock_.now());
    return std::move(pair.client);
  }
  /// What the client reads, in hexadecimal digits.
  static std::string read(Stream& client) {
    ByteArray<64> buffer{};
    const auto got = client.read(buffer);
    return got.ok() ? hex(Bytes(buffer).first(got.value())) : "the end";
  }
  /// Whether the server still reads.
  static bool is_read(Stream& client) { return client.write(ByteArray<1>{}).ok(); }

  Refusals refusals_{loop_};
};

const std::string kBusy = hex(reject_frame({RejectCode::busy, 0}));

TEST_F(RefusalsTest, TellTheClientThatItIsBusy) {
  const auto client = refused();
  EXPECT_EQ(read(*client), kBusy);
  EXPECT_EQ(read(*client), "the end");
}

/// A stream that is closed with unread bytes is reset, and what it said is lost.
TEST_F(RefusalsTest, ReadWhatTheClientSaysSoThatItHearsTheRefusal) {
  const auto client = refused(5000);
  settle();
  EXPECT_TRUE(is_read(*client));
  settle();
  EXPECT_EQ(read(*client), kBusy);
}

TEST_F(RefusalsTest, EndWhenTheClientDoes) {
  const auto client = refused();
  client->shutdown();
  settle();
  EXPECT_EQ(read(*client), kBusy);
  EXPECT_FALSE(is_read(*client));
  // There is room for as many as before.
  std::vector<std::unique_ptr<Stream>> others;
  for (std::size_t i = 0; i < Refusals::kMost; ++i) others.push_back(refused());
  EXPECT_EQ(read(*others.back()), kBusy);
}

TEST_F(RefusalsTest, EndAfterASecond) {
  const auto client = refused();
  pass(milliseconds(900));
  EXPECT_TRUE(is_read(*client));
  pass(milliseconds(100));
  EXPECT_FALSE(is_read(*client));
}

/// Each is read from a little at a time: one who says much does not keep the others waiting.
TEST_F(RefusalsTest, ReadNoMoreThanALittleAtATime) {
  test::StreamPair pair = test::join_streams({.capacity = 4096});
  ASSERT_EQ(pair.client->write(std::vector<std::uint8_t>(4096)).value(), 4096U);
  refusals_.refuse(std::move(pair.server), clock_.now());
  ASSERT_TRUE(loop_.turn().ok());
  const auto room = pair.client->write(std::vector<std::uint8_t>(4096));
  EXPECT_EQ(room.value(), 512U);
}

TEST_F(RefusalsTest, OfTooManyAtATimeAreClosedWithoutAWord) {
  std::vector<std::unique_ptr<Stream>> clients;
  for (std::size_t i = 0; i < Refusals::kMost; ++i) clients.push_back(refused());
  EXPECT_EQ(read(*clients.back()), kBusy);
  const auto next = refused();
  EXPECT_EQ(read(*next), "the end");
  EXPECT_FALSE(is_read(*next));
}

TEST_F(RefusalsTest, AClientThatIsGoneIsNobodyToTell) {
  test::StreamPair pair = test::join_streams();
  pair.client->close();
  refusals_.refuse(std::move(pair.server), clock_.now());
  settle();
}

}  // namespace
}  // namespace pawl::host::refusals_test
