// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/session/frame_hash.hpp>
#include <pawl/wire/frame.hpp>
#include <pawl/wire/parameters.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::frame_hash_test {
namespace {

constexpr std::size_t kBody = 60;

Buffer frame_of(FrameType type) {
  const auto header = frame_header(type, kBody);
  Buffer frame(header.begin(), header.end());
  append(frame, pattern(kBody));
  return frame;
}

std::string hash_of(Bytes bytes) {
  Sha256::Digest digest{};
  Sha256 hash;
  hash.update(bytes);
  hash.finish(digest);
  return hex(digest);
}

TEST(FrameHash, IsThatOfTheWholeFrame) {
  for (const FrameType type : {FrameType::server_hello, FrameType::client_finish, FrameType::reject}) {
    const Buffer frame = frame_of(type);
    EXPECT_EQ(hex(frame_hash(frame)), hash_of(frame));
  }
}

/// PROTOCOL.md 4.4.
TEST(FrameHash, OfAClientHelloDoesNotDependOnItsCookie) {
  Buffer frame = frame_of(FrameType::client_hello);
  const std::string hash = hex(frame_hash(frame));
  std::fill(frame.end() - kCookieSize, frame.end(), std::uint8_t{0});
  EXPECT_EQ(hex(frame_hash(frame)), hash);
  EXPECT_EQ(hash_of(frame), hash);
}

TEST(FrameHash, DependsOnEveryOtherByte) {
  const Buffer hello = frame_of(FrameType::client_hello);
  for (std::size_t i = 0; i < hello.size(); ++i) {
    Buffer other = hello;
    other[i] ^= 0x80U;
    const bool in_cookie = i >= hello.size() - kCookieSize;
    EXPECT_EQ(frame_hash(other) == frame_hash(hello), in_cookie) << i;
  }
}

TEST(FrameHash, ARejectRepeatsItsFirstBytes) {
  const Sha256::Digest digest = frame_hash(frame_of(FrameType::client_finish));
  EXPECT_EQ(hex(reject_echo(digest)), hex(Bytes(digest).first(kEchoSize)));
}

}  // namespace
}  // namespace pawl::test::frame_hash_test
