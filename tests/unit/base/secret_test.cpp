// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <pawl/base/secret.hpp>
#include <type_traits>

#include "tests/support/bytes.hpp"

namespace pawl::test::secret_test {
namespace {

using Key = Secret<struct KeyTag, 16>;
using OtherKey = Secret<struct OtherKeyTag, 16>;

static_assert(!std::is_copy_constructible_v<Key> && !std::is_copy_assignable_v<Key>);
static_assert(!std::is_constructible_v<Key, OtherKey&&> && !std::is_assignable_v<Key&, OtherKey&&>);
static_assert(std::is_nothrow_move_constructible_v<Key> && std::is_nothrow_move_assignable_v<Key>);
static_assert(!std::is_convertible_v<std::span<const std::uint8_t, 16>, Key>, "bytes become a secret only by name");
static_assert(sizeof(Key) == Key::kSize);

const Buffer kBytes = pattern(Key::kSize);
const std::string kZeros = hex(Buffer(Key::kSize));

Key key() { return Key(Bytes(kBytes).first<Key::kSize>()); }

TEST(Secret, BeginsAsZerosOrAsACopy) {
  EXPECT_EQ(hex(Key().bytes()), kZeros);
  EXPECT_EQ(hex(key().bytes()), hex(kBytes));
}

TEST(Secret, MovingWipesTheSource) {
  Key first = key();
  Key second(std::move(first));
  EXPECT_EQ(hex(second.bytes()), hex(kBytes));
  EXPECT_EQ(hex(first.bytes()), kZeros);  // NOLINT(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
  Key third;
  third = std::move(second);
  EXPECT_EQ(hex(third.bytes()), hex(kBytes));
  EXPECT_EQ(hex(second.bytes()), kZeros);  // NOLINT(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
}

TEST(Secret, MovedIntoItselfItStays) {
  Key secret = key();
  Key& itself = secret;
  secret = std::move(itself);
  EXPECT_EQ(hex(secret.bytes()), hex(kBytes));
}

TEST(Secret, TheDestructorWipes) {
  alignas(Key) ByteArray<sizeof(Key)> memory;
  auto* const secret = ::new (memory.data()) Key(Bytes(kBytes).first<Key::kSize>());
  EXPECT_EQ(hex(memory), hex(kBytes));
  std::destroy_at(secret);
  EXPECT_EQ(hex(memory), kZeros);
}

TEST(Wipe, ZeroesExactlyWhatItIsGiven) {
  Buffer bytes = kBytes;
  wipe(MutBytes(bytes).subspan(1, 3));
  EXPECT_EQ(hex(Bytes(bytes).first(5)), "0000000004");
  wipe(MutBytes());
}

}  // namespace
}  // namespace pawl::test::secret_test
