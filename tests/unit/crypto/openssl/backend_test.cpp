// SPDX-License-Identifier: Apache-2.0
// What only the OpenSSL backend does: it takes memory, and OpenSSL keeps a list of errors.
#include <gtest/gtest.h>
#include <openssl/err.h>

#include <pawl/crypto/aes_gcm.hpp>
#include <pawl/crypto/backend.hpp>
#include <pawl/crypto/p256.hpp>
#include <utility>

#include "tests/support/bytes.hpp"
#include "tests/support/heap_trap.hpp"

namespace pawl::test::backend_test {
namespace {

constexpr ByteArray<32> kBytes{1, 2, 3};

Error sealing(const AesGcmKey& key) {
  ByteArray<32> bytes{};
  return aes_gcm_seal(key, {}, {}, bytes).error();
}

Error opening(const AesGcmKey& key) {
  ByteArray<32> bytes{1};
  const Error error = aes_gcm_open(key, {}, {}, bytes).error();
  EXPECT_EQ(bytes[0], 0);
  return error;
}

TEST(OpensslBackend, SaysWhatItIs) {
  EXPECT_STREQ(crypto_backend().library, "OpenSSL");
  EXPECT_EQ(crypto_backend().version[0], '3');
  EXPECT_TRUE(crypto_backend().allocates);
}

TEST(OpensslBackend, WithoutAKeyNothingIsSealedOrOpened) {
  const AesGcmKey never;
  AesGcmKey moved_away(kBytes);
  const AesGcmKey moved_to(std::move(moved_away));
  AesGcmKey assigned_away(kBytes);
  AesGcmKey assigned_to;
  assigned_to = std::move(assigned_away);
  // NOLINTBEGIN(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
  for (const AesGcmKey* key : std::initializer_list<const AesGcmKey*>{&never, &moved_away, &assigned_away}) {
    EXPECT_EQ(sealing(*key), Error::crypto_failed);
    EXPECT_EQ(opening(*key), Error::crypto_failed);
  }
  // NOLINTEND(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
  EXPECT_EQ(sealing(moved_to), Error::none);
  EXPECT_EQ(sealing(assigned_to), Error::none);
  assigned_to = AesGcmKey();
  EXPECT_EQ(sealing(assigned_to), Error::crypto_failed);
}

/// How often `action` fails when there is less and less memory, until it no longer does.
template <class Action>
unsigned failures_of(Action action) {
  for (unsigned times = 0;; ++times) {
    bool good = false;
    {
      const HeapTrap trap(times);
      good = action();
    }
    if (good) return times;
  }
}

class OpensslWithoutMemory : public testing::Test {
 protected:
  void SetUp() override {
    if (!HeapTrap::can_run_out()) GTEST_SKIP() << "the sanitizer's allocator takes no orders";
    // What OpenSSL keeps from its first use on is there.
    ASSERT_EQ(sealing(AesGcmKey(kBytes)), Error::none);
    ASSERT_TRUE(p256_public(scalar, point).ok());
  }
  void TearDown() override { EXPECT_EQ(ERR_peek_error(), 0U); }

  P256Scalar scalar{kBytes};
  ByteArray<kP256PointSize> point{};
};

TEST_F(OpensslWithoutMemory, ThereIsNoKey) {
  EXPECT_GT(failures_of([] { return sealing(AesGcmKey(kBytes)) == Error::none; }), 1U);
}

TEST_F(OpensslWithoutMemory, ThereIsNoPoint) {
  ByteArray<kP256PointSize> other{};
  EXPECT_GT(failures_of([&] { return p256_public(scalar, other).ok(); }), 3U);
  EXPECT_EQ(hex(other), hex(point));
}

TEST_F(OpensslWithoutMemory, NothingIsAgreed) {
  ByteArray<kP256CoordinateSize> x{};
  EXPECT_GT(failures_of([&] { return p256_ecdh(scalar, point, x).ok(); }), 3U);
}

// A list that grew would be the memory of a server, and what a program finds on it is not its own.
TEST(OpensslBackend, LeavesTheListOfErrorsAsItWas) {
  ByteArray<kP256PointSize> nowhere{1};
  ByteArray<kP256CoordinateSize> x{};
  ERR_raise(ERR_LIB_USER, 77);
  EXPECT_EQ(sealing(AesGcmKey()), Error::crypto_failed);
  EXPECT_EQ(opening(AesGcmKey(kBytes)), Error::crypto_failed);
  EXPECT_FALSE(p256_ecdh(P256Scalar(kBytes), nowhere, x).ok());
  EXPECT_EQ(ERR_GET_REASON(ERR_get_error()), 77);
  EXPECT_EQ(ERR_get_error(), 0U);
  EXPECT_FALSE(p256_ecdh(P256Scalar(kBytes), nowhere, x).ok());
  EXPECT_EQ(ERR_get_error(), 0U);
}

}  // namespace
}  // namespace pawl::test::backend_test
