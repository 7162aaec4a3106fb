// SPDX-License-Identifier: Apache-2.0
// Bytes become a secret only where somebody says so.
// expect: no viable conversion|could not convert|conversion from .* requested|no known conversion
#include <pawl/handshake/credential.hpp>

void use() {
  const pawl::ByteArray<32> bytes{};
  const pawl::Psk psk{std::span<const std::uint8_t, 32>(bytes)};
#ifdef PAWL_MISUSE
  const pawl::Psk implicit = std::span<const std::uint8_t, 32>(bytes);
#endif
}
