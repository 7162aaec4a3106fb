// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/session/frame_hash.hpp>

#include "tests/support/replay.hpp"
#include "tests/support/vectors.hpp"

namespace pawl::test::reject_test {
namespace {

TEST(Reject, IsWhatTheVectorsSay) {
  const Json& frames = vectors()["reject"];
  EXPECT_EQ(hex(reject_frame({RejectCode::failed, 0})), frames["failed"].get<std::string>());
  EXPECT_EQ(hex(reject_frame({RejectCode::unsupported, 0})), frames["unsupported"].get<std::string>());
  EXPECT_EQ(hex(reject_frame({RejectCode::busy, 30})), frames["busy_30"].get<std::string>());
}

/// The frame that each answers is a ClientHello, with its cookie or without, or a ClientFinish.
TEST(Reject, OverDatagramsIsWhatTheVectorsSay) {
  for (const Json& vector : vectors()["reject_datagram"]) {
    const RejectEcho echo = reject_echo(frame_hash(bytes_in(vector, "to")));
    const Reject reject{vector["code"].get<RejectCode>(), vector["retry_after"]};
    const auto frame = datagram_reject_frame(reject, echo);
    EXPECT_EQ(hex(frame), vector["Reject"].get<std::string>());
    const auto parsed = parse_datagram_reject(Bytes(frame).subspan(kFrameHeaderSize), echo);
    ASSERT_TRUE(parsed.ok());
    EXPECT_EQ(parsed.value().code, reject.code);
    EXPECT_EQ(parsed.value().retry_after, reject.retry_after);
  }
}

TEST(Reject, EveryBitOfTheEchoCounts) {
  const RejectEcho echo{1, 2, 3, 4, 5, 6, 7, 8};
  const Buffer body = unhex("0100000102030405060708");
  ASSERT_TRUE(parse_datagram_reject(body, echo).ok());
  for (std::size_t bit = 8 * kRejectSize; bit < 8 * body.size(); ++bit) {
    EXPECT_EQ(parse_datagram_reject(flipped(body, bit), echo).error(), Error::malformed) << "bit " << bit;
  }
}

TEST(Reject, EveryCodeWithAndWithoutSeconds) {
  for (unsigned code = 0; code <= 0xFF; ++code) {
    for (const unsigned seconds : {0U, 1U, 0xFFFFU}) {
      const ByteArray<3> body{static_cast<std::uint8_t>(code), static_cast<std::uint8_t>(seconds >> 8),
                              static_cast<std::uint8_t>(seconds)};
      const auto parsed = parse_reject(body);
      const bool valid = code == 3 || (seconds == 0 && (code == 1 || code == 2));
      EXPECT_EQ(parsed.error(), valid ? Error::none : Error::malformed) << code << " " << seconds;
      if (valid) {
        EXPECT_EQ(hex(Bytes(reject_frame(parsed.value())).last(kRejectSize)), hex(body));
      }
    }
  }
}

TEST(Reject, OfAnyOtherLengthFails) {
  const Buffer body = unhex("03001e00");
  for (const std::size_t size : {0U, 1U, 2U, 4U}) {
    EXPECT_EQ(parse_reject(Bytes(body).first(size)).error(), Error::malformed);
  }
  const RejectEcho echo{1, 2, 3, 4, 5, 6, 7, 8};
  const Buffer echoing = unhex("010000010203040506070800");
  for (std::size_t size = 0; size <= echoing.size(); ++size) {
    EXPECT_EQ(parse_datagram_reject(Bytes(echoing).first(size), echo).ok(), size == kRejectSize + kEchoSize) << size;
    EXPECT_EQ(parse_reject(Bytes(echoing).first(size)).ok(), size == kRejectSize) << size;
  }
}

}  // namespace
}  // namespace pawl::test::reject_test
