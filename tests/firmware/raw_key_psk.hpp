// SPDX-License-Identifier: Apache-2.0
// The device's credential in mode psk.
#pragma once

#include "client.hpp"

namespace firmware {

/// Derived from the key 00 01 .. 1f.
constexpr pawl::ByteArray<32> kPsk{0xd7, 0xd3, 0x00, 0xd3, 0x71, 0x4c, 0x34, 0xbe, 0x3b, 0x94, 0x1f,
                                   0x1d, 0x17, 0x0b, 0xa8, 0xce, 0x43, 0xef, 0xc9, 0x5a, 0x2b, 0xaf,
                                   0x40, 0x1c, 0x89, 0x9a, 0xc5, 0xb6, 0x6b, 0x83, 0xcc, 0xed};

inline void take_raw_key(pawl::ClientCredential& credential) {
  credential.user = kUser;
  credential.kind = pawl::Kind::raw_key;
  credential.mode = pawl::Mode::psk;
  credential.derived = true;
  pawl::copy(kPsk, credential.psk.writable());
}

}  // namespace firmware
