// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/wire/reject.hpp>

#include "tests/support/vectors.hpp"

namespace pawl::test::reject_test {
namespace {

TEST(Reject, IsWhatTheVectorsSay) {
  const Json& frames = vectors()["reject"];
  EXPECT_EQ(hex(reject_frame({RejectCode::failed, 0})), frames["failed"].get<std::string>());
  EXPECT_EQ(hex(reject_frame({RejectCode::unsupported, 0})), frames["unsupported"].get<std::string>());
  EXPECT_EQ(hex(reject_frame({RejectCode::busy, 30})), frames["busy_30"].get<std::string>());
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
}

}  // namespace
}  // namespace pawl::test::reject_test
