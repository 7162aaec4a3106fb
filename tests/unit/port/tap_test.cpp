// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/port/sim/pipe.hpp>
#include <pawl/port/sim/tap.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::tap_test {
namespace {

// A frame and three records.
const Buffer kFrame = unhex("00020600030100aa");
const Buffer kRecord1 = unhex("401101010101010101010101010101010101ee");
const Buffer kRecord2 = unhex("60120202020202020202020202020202020202ee");
const Buffer kRecord3 = unhex("401103030303030303030303030303030303ee");

Buffer join(const std::vector<Buffer>& parts) {
  Buffer all;
  for (const Buffer& part : parts) append(all, part);
  return all;
}

class TapTest : public testing::Test {
 protected:
  Pipe pipe_;
  Tap tap_{pipe_.second()};

  /// All that the tap gives now, as hex, and whether the stream has ended after it.
  std::string read(bool* ended = nullptr, std::size_t piece = 1000) {
    Buffer all;
    Buffer buffer(piece);
    auto got = tap_.read(buffer);
    for (; got.ok() && got.value() > 0; got = tap_.read(buffer)) append(all, Bytes(buffer).first(got.value()));
    if (ended != nullptr) *ended = got.error() == Error::connection_lost;
    return hex(all);
  }

  void write(const std::vector<Buffer>& parts) {
    for (const Buffer& part : parts) ASSERT_EQ(pipe_.first().write(part).value(), part.size());
  }
  void write_all() { write({kFrame, kRecord1, kRecord2, kRecord3}); }
};

TEST_F(TapTest, WithoutRulesGivesWhatComes) {
  write_all();
  EXPECT_EQ(read(), hex(join({kFrame, kRecord1, kRecord2, kRecord3})));
  write_all();
  EXPECT_EQ(read(nullptr, 1), hex(join({kFrame, kRecord1, kRecord2, kRecord3})));
}

TEST_F(TapTest, GivesUnitsWhenTheyAreWhole) {
  for (const std::uint8_t byte : kFrame) {
    EXPECT_EQ(read(), "");
    write({Buffer{byte}});
  }
  EXPECT_EQ(read(), hex(kFrame));
}

TEST_F(TapTest, LogsEachUnitAsItCame) {
  std::vector<std::string> log;
  tap_.log([&log](Bytes unit) { log.push_back(hex(unit)); });
  tap_.drop(1);
  tap_.flip(2, 0);
  write_all();
  read(nullptr, 3);
  EXPECT_EQ(log, (std::vector{hex(kFrame), hex(kRecord1), hex(kRecord2), hex(kRecord3)}));
}

TEST_F(TapTest, Drops) {
  tap_.drop(0);
  tap_.drop(2);
  write_all();
  EXPECT_EQ(read(), hex(join({kRecord1, kRecord3})));
}

TEST_F(TapTest, FlipsOneBit) {
  tap_.flip(1, 16);
  tap_.flip(3, 8 * 18 + 7);
  tap_.flip(0, 8 * 8);  // no such bit
  write_all();
  Buffer altered1 = kRecord1;
  altered1[2] ^= 0x80;
  Buffer altered3 = kRecord3;
  altered3[18] ^= 0x01;
  EXPECT_EQ(read(), hex(join({kFrame, altered1, kRecord2, altered3})));
}

TEST_F(TapTest, Swaps) {
  tap_.swap(1);
  write_all();
  EXPECT_EQ(read(), hex(join({kFrame, kRecord2, kRecord1, kRecord3})));
}

TEST_F(TapTest, GivesASwappedUnitAtTheEndIfNoOtherCame) {
  tap_.swap(1);
  write({kFrame, kRecord1});
  EXPECT_EQ(read(), hex(kFrame));
  pipe_.first().close();
  EXPECT_EQ(read(), hex(kRecord1));
}

TEST_F(TapTest, Replays) {
  tap_.replay(1, 1);
  tap_.replay(0, 2);
  write_all();
  EXPECT_EQ(read(), hex(join({kFrame, kRecord1, kRecord1, kRecord2, kFrame, kRecord3})));
}

TEST_F(TapTest, CutsAtAnyByte) {
  const Buffer all = join({kFrame, kRecord1, kRecord2, kRecord3});
  for (std::size_t size = 0; size < all.size(); ++size) {
    Pipe pipe;
    Tap tap(pipe.second());
    tap.cut(size);
    ASSERT_EQ(pipe.first().write(all).value(), all.size());
    Buffer buffer(all.size());
    std::size_t given = 0;
    auto got = tap.read(buffer);
    for (; got.ok() && got.value() > 0; got = tap.read(buffer)) given += got.value();
    EXPECT_EQ(given, size);
    EXPECT_EQ(got.error(), Error::connection_lost);
  }
}

TEST_F(TapTest, GivesAnUnfinishedUnitAtTheEnd) {
  const Buffer half(kRecord1.begin(), kRecord1.begin() + 7);
  write({kFrame, half});
  EXPECT_EQ(read(), hex(kFrame));
  pipe_.first().shutdown();
  bool ended = false;
  EXPECT_EQ(read(&ended), hex(half));
  EXPECT_TRUE(ended);
}

TEST_F(TapTest, GivesWhatIsNoPawlStreamAsItComes) {
  tap_.drop(1);
  const Buffer foreign = bytes_of("220 ready");
  write({kFrame, foreign, kRecord1});
  EXPECT_EQ(read(), hex(join({kFrame, foreign, kRecord1})));
  write({kRecord2});
  EXPECT_EQ(read(), hex(kRecord2));
}

TEST_F(TapTest, PassesWhatIsWrittenAndEnded) {
  tap_.drop(0);
  ASSERT_TRUE(tap_.write(kFrame).ok());
  tap_.shutdown();
  Buffer buffer(100);
  EXPECT_EQ(pipe_.first().read(buffer).value(), kFrame.size());
  EXPECT_EQ(pipe_.first().read(buffer).error(), Error::connection_lost);
  tap_.close();
  EXPECT_EQ(pipe_.first().write(kFrame).error(), Error::connection_lost);
}

}  // namespace
}  // namespace pawl::test::tap_test
