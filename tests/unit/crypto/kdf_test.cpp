// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/crypto/kdf.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::kdf_test {
namespace {

std::string hmac_of(Bytes key, Bytes data) {
  ByteArray<Hmac::kSize> mac{};
  hmac(HmacKey::of_any_length(key), data, mac);
  return hex(mac);
}

std::string expanded(Bytes key, std::string_view label, Bytes context, std::size_t size) {
  Buffer out(size);
  Buffer laid_out{static_cast<std::uint8_t>(kLabelPrefix.size() + label.size())};
  append(laid_out, kLabelPrefix);
  append(laid_out, bytes_of(label));
  Expansion(key.first<32>(), context).derive(laid_out, out);
  return hex(out);
}

TEST(Extract, IsHmacUnderTheNameOfTheHandshake) {
  ByteArray<32> out{};
  extract(pattern(96), out);
  EXPECT_EQ(hex(out), hmac_of(bytes_of("pawl2 handshake"), pattern(96)));
}

TEST(Expand, HasTheLayoutOfSection2) {
  const Buffer key = pattern(32);
  // u16 len, u8 |label|, "pawl2 " and label, u8 |context|, context, 0x01
  EXPECT_EQ(expanded(key, "key", {}, 32), hmac_of(key, unhex("0020"
                                                             "09"
                                                             "7061776c3220"
                                                             "6b6579"
                                                             "00"
                                                             "01")));
  EXPECT_EQ(expanded(key, "k", unhex("aabb"), 32), hmac_of(key, unhex("0020"
                                                                      "07"
                                                                      "7061776c3220"
                                                                      "6b"
                                                                      "02aabb"
                                                                      "01")));
}

TEST(Expand, TheLengthIsHashedNotOnlyCut) {
  const Buffer key = pattern(32);
  const std::string whole = expanded(key, "nonce", {}, 32);
  EXPECT_EQ(expanded(key, "nonce", {}, 8), hmac_of(key, unhex("0008"
                                                              "0b"
                                                              "7061776c3220"
                                                              "6e6f6e6365"
                                                              "00"
                                                              "01"))
                                               .substr(0, 16));
  EXPECT_NE(expanded(key, "nonce", {}, 8), whole.substr(0, 16));
  EXPECT_EQ(expanded(key, "nonce", {}, 0), "");
}

TEST(Expand, TakesTheLongestLabelAndContext) {
  const Buffer key = pattern(32);
  Buffer text = unhex("0020ff");
  append(text, bytes_of("pawl2 "));
  append(text, Buffer(249, 'l'));
  text.push_back(255);
  append(text, Buffer(255, 'c'));
  text.push_back(1);
  EXPECT_EQ(expanded(key, std::string(249, 'l'), Buffer(255, 'c'), 32), hmac_of(key, text));
}

}  // namespace
}  // namespace pawl::test::kdf_test
