// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/secret.hpp>
#include <pawl/crypto/kdf.hpp>

namespace pawl {
namespace {

constexpr auto kExtractKey = ascii("pawl2 handshake");
/// u16 length || u8 |l|, both to be filled in, || what l begins with
constexpr auto kExpandHead = ascii("\0\0\0pawl2 ");
constexpr std::size_t kPrefixSize = kExpandHead.size() - 3;

struct ExpandBlockTag;

}  // namespace

void extract(Bytes ikm, std::span<std::uint8_t, Hmac::kSize> out) { hmac(HmacKey(kExtractKey), ikm, out); }

void expand(const HmacKey& key, Bytes label, Bytes context, MutBytes out) {
  auto head = kExpandHead;
  head[1] = static_cast<std::uint8_t>(out.size());
  head[2] = static_cast<std::uint8_t>(kPrefixSize + label.size());
  const ByteArray<1> context_size{static_cast<std::uint8_t>(context.size())};
  const ByteArray<1> counter{1};
  Secret<ExpandBlockTag, Hmac::kSize> block;
  Hmac mac(key);
  mac.update(head);
  mac.update(label);
  mac.update(context_size);
  mac.update(context);
  mac.update(counter);
  mac.finish(block.writable());
  copy(block.bytes().first(out.size()), out);
}

}  // namespace pawl
