// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <pawl/crypto/backend.hpp>
#include <pawl/host/store/config_file.hpp>

namespace pawl::host {

/// What clients may ask of the server before they have proved anything (PROTOCOL.md 14.1). A source is a network, /24
/// or /64, of which many clients may share one address.
struct Limits {
  /// Handshakes that have begun and not ended.
  std::uint32_t half_open = 512;
  std::uint32_t half_open_per_source = 64;
  /// Hellos in modes psk_ecdhe and pake a second. Those of the key flow count twice in all, for what they cost.
  std::uint32_t hellos = 0;
  std::uint32_t hellos_per_source = 0;
};

/// As many hellos as take half of one processor, and a quarter of them from one source. With either crypto library a
/// thousand devices behind one address are back within a minute.
Limits default_limits(const CryptoBackend& crypto);

/// Changes `limits` as the table "limits" of `file` says. See ConfigFile::done().
void read_limits(ConfigFile& file, Limits& limits);

}  // namespace pawl::host
