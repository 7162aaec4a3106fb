// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/nstp/piece.hpp>

#include "tests/support/nstp.hpp"

namespace pawl::test::piece_test {
namespace {

constexpr nstp::SessionNonce kMark{1, 2, 3, 4, 5, 6, 7, 8};

std::string found(std::initializer_list<Buffer> parts) {
  Buffer bytes;
  for (const Buffer& part : parts) append(bytes, part);
  const nstp::Piece piece = nstp::first_piece(bytes, kMark);
  return std::to_string(piece.begin) + "+" + std::to_string(piece.size) + (piece.ended ? " ended" : "");
}

/// A session nonce and n more bytes.
Buffer message(std::size_t n) {
  Buffer bytes(kMark.begin(), kMark.end());
  bytes.resize(8 + n, 0xEE);
  return bytes;
}

TEST(NstpPiece, GoesToTheNextSessionNonceOrToTheEnd) {
  EXPECT_EQ(found({message(20)}), "0+28");
  EXPECT_EQ(found({message(20), message(20)}), "0+28 ended");
  EXPECT_EQ(found({message(20), message(4)}), "0+28 ended");
  EXPECT_EQ(found({message(0)}), "0+8");
}

TEST(NstpPiece, BytesBeforeItArePartOfNoMessage) {
  EXPECT_EQ(found({Buffer(5), message(20)}), "5+28");
  EXPECT_EQ(found({Buffer(5)}), "5+0");
  EXPECT_EQ(found({}), "0+0");
}

TEST(NstpPiece, TheStartOfASessionNonceAtTheEndIsKept) {
  for (std::size_t n = 1; n < kMark.size(); ++n) {
    EXPECT_EQ(found({Buffer(5), Buffer(kMark.begin(), kMark.begin() + static_cast<std::ptrdiff_t>(n))}), "5+0") << n;
  }
  // 1 1 2 3 ...: the second 1 begins it.
  EXPECT_EQ(found({{1}, message(20)}), "1+28");
  EXPECT_EQ(found({{1, 2, 3, 1, 2}}), "3+0");
}

TEST(NstpPiece, ACounterLikeASessionNonceEndsNothing) {
  constexpr nstp::SessionNonce kAllAlike{7, 7, 7, 7, 7, 7, 7, 7};
  Buffer bytes(12, 7);
  bytes.resize(40, 0xEE);
  const nstp::Piece piece = nstp::first_piece(bytes, kAllAlike);
  EXPECT_EQ(piece.size, 40U);
  EXPECT_FALSE(piece.ended);
}

}  // namespace
}  // namespace pawl::test::piece_test
