// SPDX-License-Identifier: Apache-2.0
/// The two key derivation steps of PROTOCOL.md 2: HKDF-Extract and HKDF-Expand (RFC 5869) with labels as in TLS 1.3
/// (RFC 8446 7.1).
#pragma once

#include <pawl/crypto/hmac.hpp>

namespace pawl {

/// xtr(ikm): writes the 32-byte pseudorandom key of the handshake.
void extract(Bytes ikm, std::span<std::uint8_t, Hmac::kSize> out);

/// xpd(key, label, context, |out|). `label` comes without its prefix "pawl2 "; |label| <= 249, |context| <= 255, |out|
/// <= 32.
void expand(const HmacKey& key, Bytes label, Bytes context, MutBytes out);

}  // namespace pawl
