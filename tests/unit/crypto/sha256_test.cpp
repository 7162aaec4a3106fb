// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/crypto/sha256.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::sha256_test {
namespace {

std::string digest_of(Sha256& hash) {
  Sha256::Digest digest{};
  hash.finish(digest);
  return hex(digest);
}

// Examples of FIPS 180 (CSRC "SHA256.pdf") and of its empty and million-letter messages.
TEST(Sha256, KnownAnswers) {
  EXPECT_EQ(hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256(bytes_of("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(sha256(bytes_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(hex(sha256(Buffer(1'000'000, 'a'))), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesMakeNoDifference) {
  const Buffer data = pattern(300);
  for (const std::size_t piece : {1U, 63U, 64U, 65U, 299U}) {
    Sha256 hash;
    for (std::size_t at = 0; at < data.size(); at += piece) {
      hash.update(Bytes(data).subspan(at, std::min(piece, data.size() - at)));
    }
    EXPECT_EQ(digest_of(hash), hex(sha256(data)));
  }
}

TEST(Sha256, ACloneGoesOnByItself) {
  Sha256 hash;
  hash.update(bytes_of("ab"));
  Sha256 clone(hash);
  Sha256 assigned;
  assigned.update(bytes_of("something else"));
  assigned = hash;
  hash.update(bytes_of("d"));
  clone.update(bytes_of("c"));
  assigned.update(bytes_of("c"));
  EXPECT_EQ(digest_of(clone), hex(sha256(bytes_of("abc"))));
  EXPECT_EQ(digest_of(assigned), hex(sha256(bytes_of("abc"))));
  EXPECT_EQ(digest_of(hash), hex(sha256(bytes_of("abd"))));
}

TEST(Sha256, TheDestructorWipes) {
  alignas(Sha256) ByteArray<sizeof(Sha256)> memory{};
  auto* const hash = ::new (memory.data()) Sha256;
  hash->update(bytes_of("something secret"));
  EXPECT_TRUE(holds(memory, bytes_of("secret")));
  std::destroy_at(hash);
  EXPECT_FALSE(holds(memory, bytes_of("secret")));
}

TEST(Sha256, AssignedToItselfItGoesOn) {
  Sha256 hash;
  hash.update(bytes_of("ab"));
  const Sha256& itself = hash;
  hash = itself;
  hash.update(bytes_of("c"));
  EXPECT_EQ(digest_of(hash), hex(sha256(bytes_of("abc"))));
}

}  // namespace
}  // namespace pawl::test::sha256_test
