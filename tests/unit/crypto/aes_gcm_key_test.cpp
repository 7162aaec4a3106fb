// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/crypto/aes_gcm.hpp>
#include <utility>
#include <vector>

#include "tests/support/bytes.hpp"
#include "tests/support/heap_trap.hpp"

namespace pawl::test::aes_gcm_key_test {
namespace {

constexpr std::size_t kKeys = 300;
constexpr auto kHeader = ascii("header");

AesGcmKey key_of(std::size_t number) {
  ByteArray<32> bytes{};
  bytes[0] = static_cast<std::uint8_t>(number);
  bytes[31] = static_cast<std::uint8_t>(number >> 8U);
  return AesGcmKey(bytes);
}

GcmNonce nonce_of(std::size_t number) { return {static_cast<std::uint8_t>(number), 1, 2}; }

Buffer sealed_with(const AesGcmKey& key, std::size_t nonce) {
  Buffer bytes(40 + kGcmTagSize, static_cast<std::uint8_t>(nonce));
  EXPECT_TRUE(aes_gcm_seal(key, nonce_of(nonce), kHeader, bytes).ok());
  return bytes;
}

bool opens(const AesGcmKey& key, std::size_t nonce, Buffer sealed) {
  const bool good = aes_gcm_open(key, nonce_of(nonce), kHeader, sealed).ok();
  sealed.resize(40);
  return good && sealed == Buffer(40, static_cast<std::uint8_t>(nonce));
}

std::vector<AesGcmKey> many_keys() {
  std::vector<AesGcmKey> keys;
  for (std::size_t i = 0; i < kKeys; ++i) keys.push_back(key_of(i));  // which moves those that are there
  return keys;
}

TEST(AesGcmKey, ManyAtATime) {
  const std::vector<AesGcmKey> keys = many_keys();
  std::vector<Buffer> sealed;
  for (const AesGcmKey& key : keys) sealed.push_back(sealed_with(key, 7));
  for (std::size_t i = 0; i < kKeys; ++i) {
    EXPECT_TRUE(opens(keys[i], 7, sealed[i]));
    EXPECT_FALSE(opens(keys[(i + 1) % kKeys], 7, sealed[i]));
    EXPECT_EQ(sealed[i], sealed_with(key_of(i), 7));
  }
}

TEST(AesGcmKey, MovedToAndFro) {
  std::vector<AesGcmKey> keys = many_keys();
  const Buffer first = sealed_with(keys[0], 3);
  const Buffer second = sealed_with(keys[1], 3);
  std::swap(keys[0], keys[1]);
  EXPECT_EQ(sealed_with(keys[0], 3), second);
  EXPECT_EQ(sealed_with(keys[1], 3), first);
  keys[2] = std::move(keys[0]);
  keys[0] = key_of(0);
  EXPECT_EQ(sealed_with(keys[2], 3), second);
  EXPECT_EQ(sealed_with(keys[0], 3), first);
  AesGcmKey& itself = keys[0];
  keys[0] = std::move(itself);
  EXPECT_EQ(sealed_with(keys[0], 3), first);
}

// Sessions whose records interleave, sealed and opened with one key each way, or with a copy of it each.
TEST(AesGcmKey, OneForManySessions) {
  const AesGcmKey one = key_of(5);
  std::vector<AesGcmKey> of_each;
  for (std::size_t i = 0; i < kKeys; ++i) of_each.push_back(key_of(5));
  std::vector<Buffer> sealed;
  for (std::size_t i = 0; i < kKeys; ++i) sealed.push_back(sealed_with(i % 2 == 0 ? one : of_each[i], i));
  for (std::size_t i = kKeys; i-- > 0;) {
    EXPECT_TRUE(opens(i % 3 == 0 ? of_each[i] : one, i, sealed[i]));
    Buffer altered = sealed[i];
    altered[i % altered.size()] ^= 1U;
    EXPECT_FALSE(opens(one, i, altered)) << "and the next record opens all the same";
  }
}

TEST(AesGcmKey, SealingAndOpeningTakeNoMemory) {
  const AesGcmKey key = key_of(1);
  ByteArray<64> bytes{};
  bool good = true;
  unsigned calls = 0;
  {
    const HeapTrap trap;
    for (std::size_t i = 0; i < 10; ++i) {
      good = good && aes_gcm_seal(key, nonce_of(i), kHeader, bytes).ok();
      good = good && aes_gcm_open(key, nonce_of(i), kHeader, bytes).ok();
      good = good && !aes_gcm_open(key, nonce_of(i), kHeader, bytes).ok();
    }
    calls = HeapTrap::calls();
  }
  EXPECT_TRUE(good);
  EXPECT_EQ(calls, 0U);
}

}  // namespace
}  // namespace pawl::test::aes_gcm_key_test
