// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/handshake/transcript.hpp>

#include "tests/support/vectors.hpp"

namespace pawl::test::transcript_test {
namespace {

constexpr std::size_t kConfirm = 32;

class TranscriptVector : public testing::TestWithParam<std::string> {};

TEST_P(TranscriptVector, DigestsBeforeEachConfirmAndAtTheEnd) {
  const Json& handshake = handshake_vector(GetParam());
  const bool password = handshake["flow"] == "password";
  Transcript transcript;
  std::vector<std::string> before_confirm;
  for (const char* name : {"ClientHello", "ServerHello", "ClientFinish", "ServerFinish"}) {
    if (!handshake["frames"].contains(name)) continue;
    const Buffer frame = bytes_in(handshake["frames"], name);
    const bool confirms = name != std::string("ClientHello") && (!password || name != std::string("ServerHello"));
    const std::size_t head = frame.size() - (confirms ? kConfirm : 0);
    transcript.add(Bytes(frame).first(head));
    if (confirms) before_confirm.push_back(hex(transcript.digest()));
    transcript.add(Bytes(frame).subspan(head));
  }
  const Json& secret = handshake["secret"];
  EXPECT_EQ(before_confirm, (std::vector<std::string>{secret["h1"], secret["h2"]}));
  EXPECT_EQ(hex(transcript.digest()), handshake["keys"]["h_end"]);
}

INSTANTIATE_TEST_SUITE_P(Vectors, TranscriptVector, testing::ValuesIn(stream_handshakes()),
                         [](const auto& test) { return test_name(test.param); });

TEST(Transcript, PiecesMakeNoDifference) {
  Transcript whole;
  Transcript pieces;
  whole.add(pattern(100));
  for (const std::uint8_t byte : pattern(100)) pieces.add({&byte, 1});
  EXPECT_EQ(hex(whole.digest()), hex(pieces.digest()));
  EXPECT_EQ(hex(whole.digest()), hex(whole.digest())) << "a digest changes nothing";
}

}  // namespace
}  // namespace pawl::test::transcript_test
