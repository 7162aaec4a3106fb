// SPDX-License-Identifier: Apache-2.0
/// The two key derivation steps of PROTOCOL.md 2: HKDF-Extract and HKDF-Expand (RFC 5869) with labels as in TLS 1.3
/// (RFC 8446 7.1).
#pragma once

#include <pawl/crypto/hmac.hpp>

namespace pawl {

/// xtr(ikm): writes the 32-byte pseudorandom key of the handshake.
void extract(Bytes ikm, std::span<std::uint8_t, Hmac::kSize> out);

/// What every label begins with.
inline constexpr auto kLabelPrefix = ascii("pawl2 ");
inline constexpr std::size_t kMaxLabel = 255 - kLabelPrefix.size();

/// A label with its prefix, put together when compiled.
template <std::size_t N>
consteval auto expand_label(const char (&text)[N]) {
  ByteArray<kLabelPrefix.size() + N - 1> label{};
  copy(kLabelPrefix, label);
  copy(ascii(text), MutBytes(label).subspan(kLabelPrefix.size()));
  return label;
}

/// All of xpd() that is done with one key and one context.
class Expansion {
 public:
  /// |context| <= 255; it must outlive the object.
  Expansion(std::span<const std::uint8_t, Hmac::kSize> key, Bytes context) : key_(key), context_(context) {}

  /// xpd(key, label, context, |out|). `label` is one of expand_label(), or has its prefix otherwise; |label| <= 255,
  /// |out| <= 32. `out` may be the key.
  void derive(Bytes label, MutBytes out) const;

 private:
  HmacKey key_;
  Bytes context_;
};

}  // namespace pawl
