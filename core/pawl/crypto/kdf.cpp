// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/secret.hpp>
#include <pawl/crypto/kdf.hpp>

namespace pawl {
namespace {

constexpr auto kExtractKey = ascii("pawl2 handshake");

struct ExpandBlockTag;

}  // namespace

void extract(Bytes ikm, std::span<std::uint8_t, Hmac::kSize> out) { hmac(HmacKey(std::span(kExtractKey)), ikm, out); }

void Expansion::derive(const std::uint8_t* label, std::uint8_t* out, std::size_t size) const {
  const ByteArray<2> length{0, static_cast<std::uint8_t>(size)};
  const ByteArray<1> context_size{static_cast<std::uint8_t>(context_.size())};
  const ByteArray<1> counter{1};
  Secret<ExpandBlockTag, Hmac::kSize> block;
  Hmac mac(key_);
  mac.update(length);
  mac.update({label, std::size_t{1} + label[0]});
  mac.update(context_size);
  mac.update(context_);
  mac.update(counter);
  mac.finish(block.writable());
  copy(block.bytes().first(size), {out, size});
}

}  // namespace pawl
