// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <map>

#include <pawl/wire/frame.hpp>

#include <set>

#include "tests/support/bytes.hpp"

namespace pawl::test::frame_test {
namespace {

Result<FrameHeader> parse(const ByteArray<kFrameHeaderSize>& bytes) { return parse_frame_header(bytes); }

/// The table of PROTOCOL.md 4.
const std::set<unsigned>& lengths_of(FrameType type) {
  static const auto range = [](unsigned first, unsigned last) {
    std::set<unsigned> lengths;
    for (unsigned n = first; n <= last; ++n) lengths.insert(n);
    return lengths;
  };
  static const std::map<FrameType, std::set<unsigned>> table{{FrameType::client_hello, range(24, 358)},
                                                             {FrameType::server_hello, range(40, 120)},
                                                             {FrameType::client_finish, {32, 36, 96, 100}},
                                                             {FrameType::server_finish, {32}},
                                                             {FrameType::retry, {16}},
                                                             {FrameType::reject, {3, 11}}};
  return table.at(type);
}

TEST(FrameHeader, EveryLengthOfEveryType) {
  for (const FrameType type : {FrameType::client_hello, FrameType::server_hello, FrameType::client_finish,
                               FrameType::server_finish, FrameType::retry, FrameType::reject}) {
    for (unsigned length = 0; length <= 0xFFFF; ++length) {
      const auto parsed = parse(frame_header(type, length));
      ASSERT_EQ(parsed.ok(), lengths_of(type).contains(length)) << length;
      if (!parsed.ok()) {
        ASSERT_EQ(parsed.error(), Error::malformed);
        continue;
      }
      ASSERT_EQ(parsed.value().type, type);
      ASSERT_EQ(parsed.value().length, length);
    }
  }
}

TEST(FrameHeader, IsWrittenAsTheDiagramSays) {
  EXPECT_EQ(hex(frame_header(FrameType::client_hello, 358)), "0002010166");
  EXPECT_EQ(hex(frame_header(FrameType::reject, 3)), "0002060003");
}

TEST(FrameHeader, EveryMarkerVersionAndTypeButTheirsFails) {
  for (unsigned n = 0; n <= 0xFF; ++n) {
    const auto byte = static_cast<std::uint8_t>(n);
    EXPECT_EQ(parse({byte, 2, 1, 0, 24}).error(), n == 0 ? Error::none : Error::malformed);
    EXPECT_EQ(parse({0, byte, 1, 0, 24}).error(), n == 2 ? Error::none : Error::unsupported);
    if (n < 1 || n > 6) {
      EXPECT_EQ(parse({0, 2, byte, 0, 32}).error(), Error::malformed);
    }
  }
}

TEST(FrameHeader, TheVersionIsCheckedBeforeTypeAndLength) {
  EXPECT_EQ(parse({0, 3, 9, 0xFF, 0xFF}).error(), Error::unsupported);
  EXPECT_EQ(parse({1, 3, 9, 0xFF, 0xFF}).error(), Error::malformed) << "and the marker before the version";
}

}  // namespace
}  // namespace pawl::test::frame_test
