// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/secret_columns.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include <pawl/host/base/text.hpp>
#include "tests/support/names.hpp"
#include "tests/unit/host/failures.hpp"

namespace pawl::host::secret_columns_test {
namespace {

using pawl::test::hex;
using test::value_of;

std::optional<StoreKey> key_of(std::uint8_t byte) {
  std::optional<StoreKey> key(std::in_place);
  std::ranges::fill(key->writable(), byte);
  return key;
}

const std::string kSecret = "0123456789abcdef0123456789ABCDEF";

class SecretColumnsTest : public testing::Test {
 protected:
  std::string put(std::string_view user = "alice", std::uint8_t column = 7) {
    SecretColumns::Room room{};
    const Bytes stored = value_of(sealed_.put(bytes_of(user), column, bytes_of(kSecret), room));
    return {stored.begin(), stored.end()};
  }
  static bool get(const SecretColumns& columns, std::string_view user, std::uint8_t column, std::string_view stored) {
    ByteArray<32> secret{};
    const bool good = columns.get(bytes_of(user), column, bytes_of(stored), secret);
    EXPECT_EQ(good, std::ranges::equal(secret, bytes_of(kSecret)));
    return good;
  }

  SecretColumns sealed_{key_of(1)};
  SecretColumns plain_{std::nullopt};
};

TEST_F(SecretColumnsTest, GiveBackWhatWasPut) {
  const std::string stored = put();
  EXPECT_TRUE(sealed_.sealing());
  EXPECT_EQ(stored.size(), kSecret.size() + SecretColumns::kOverhead);
  EXPECT_EQ(stored.find(kSecret.substr(0, 4)), std::string::npos);
  EXPECT_TRUE(get(sealed_, "alice", 7, stored));
}

TEST_F(SecretColumnsTest, WithoutAKeyAreTheSecretItself) {
  SecretColumns::Room room{};
  EXPECT_FALSE(plain_.sealing());
  const Bytes stored = value_of(plain_.put(bytes_of("alice"), 7, bytes_of(kSecret), room));
  EXPECT_EQ(hex(stored), hex(bytes_of(kSecret)));
  EXPECT_TRUE(get(plain_, "alice", 7, kSecret));
  EXPECT_FALSE(get(plain_, "alice", 7, kSecret.substr(1)));
  EXPECT_FALSE(get(plain_, "alice", 7, put()));
}

TEST_F(SecretColumnsTest, CannotBeMoved) {
  const std::string stored = put();
  EXPECT_FALSE(get(sealed_, "bob", 7, stored));
  EXPECT_FALSE(get(sealed_, std::string_view("alice\0", 6), 7, stored));
  EXPECT_FALSE(get(sealed_, "alice", 8, stored));
  EXPECT_FALSE(get(SecretColumns(key_of(2)), "alice", 7, stored));
}

TEST_F(SecretColumnsTest, CannotBeAltered) {
  const std::string stored = put();
  for (std::size_t i = 0; i < stored.size(); ++i) {
    std::string altered = stored;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_FALSE(get(sealed_, "alice", 7, altered)) << i;
  }
  for (std::size_t size = 0; size < stored.size(); ++size)
    EXPECT_FALSE(get(sealed_, "alice", 7, stored.substr(0, size)));
  EXPECT_FALSE(get(sealed_, "alice", 7, stored + "x"));
}

TEST_F(SecretColumnsTest, HaveAnotherNonceEachTime) {
  std::set<std::string> nonces;
  for (int i = 0; i < 200; ++i) nonces.insert(put().substr(0, kGcmNonceSize));
  EXPECT_EQ(nonces.size(), 200U);
}

TEST_F(SecretColumnsTest, TakeSecretsOfAnySizeUpToTheMost) {
  const ByteArray<SecretColumns::kMostSecret> most{};
  for (const Bytes secret : {Bytes(), Bytes(most)}) {
    SecretColumns::Room room{};
    const Bytes stored = value_of(sealed_.put({}, 1, secret, room));
    ByteArray<SecretColumns::kMostSecret> read{};
    EXPECT_TRUE(sealed_.get({}, 1, stored, MutBytes(read).first(secret.size())));
  }
}

}  // namespace
}  // namespace pawl::host::secret_columns_test
