// SPDX-License-Identifier: Apache-2.0
/// The two key derivation steps of PROTOCOL.md 2. They are HKDF-Extract and HKDF-Expand (RFC 5869), with labels as in
/// TLS 1.3 (RFC 8446, section 7.1).
#pragma once

#include <pawl/crypto/hmac.hpp>

namespace pawl {

/// Writes xtr(ikm), the 32-byte pseudorandom key of the handshake.
void extract(Bytes ikm, std::span<std::uint8_t, Hmac::kSize> out);

/// What every label begins with.
inline constexpr auto kLabelPrefix = ascii("pawl2 ");
inline constexpr std::size_t kMaxLabel = 255 - kLabelPrefix.size();

/// A label as it is hashed, which is its length, its prefix and its text. The compiler puts it together.
template <std::size_t N>
consteval auto expand_label(const char (&text)[N]) {
  ByteArray<1 + kLabelPrefix.size() + N - 1> label{kLabelPrefix.size() + N - 1};
  copy(kLabelPrefix, MutBytes(label).subspan(1));
  copy(ascii(text), MutBytes(label).subspan(1 + kLabelPrefix.size()));
  return label;
}

/// The uses of xpd, the expansion of PROTOCOL.md 2, that share a key and a context.
class Expansion {
 public:
  /// `context` has at most 255 bytes and must outlive the object.
  Expansion(std::span<const std::uint8_t, Hmac::kSize> key, Bytes context) : key_(key), context_(context) {}

  /// Writes xpd(key, label, context, |out|). `label` is one of expand_label(), or laid out like one. `out` has at most
  /// 32 bytes and may be the key.
  void derive(Bytes label, MutBytes out) const { derive(label.data(), out.data(), out.size()); }

 private:
  void derive(const std::uint8_t* label, std::uint8_t* out, std::size_t size) const;

  HmacKey key_;
  Bytes context_;
};

}  // namespace pawl
