// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <pawl/crypto/backend.hpp>
#include <pawl/host/store/config_file.hpp>

namespace pawl::host {

/// What clients may ask of a server (PROTOCOL.md 14). A source is a network, /24 or /64, of which many clients may
/// share one address. All times are in seconds.
struct Limits {
  /// Handshakes that have begun and not ended.
  std::uint32_t half_open = 512;
  std::uint32_t half_open_per_source = 64;
  /// Hellos in modes psk_ecdhe and pake a second. Those of the key flow count twice in all, for what they cost.
  std::uint32_t hellos = 0;
  std::uint32_t hellos_per_source = 0;
  /// Wrong secrets in a row, for one user and from one source, from which on the next one has to wait (14.2).
  std::uint32_t failures = 3;
  /// The same from one source, whatever the users.
  std::uint32_t failures_per_source = 32;
  /// After this time a source is forgiven one of them.
  std::uint32_t forgiveness = 60;
  /// The longest wait.
  std::uint32_t longest_wait = 300;
  /// Sessions that one user may have at a time. Beyond them, the one idle longest is closed.
  std::uint32_t sessions_per_user = 8;
  /// A session that is older is closed in good order, and its client comes back. After a day PROTOCOL.md 11.1 ends any.
  std::uint32_t lifetime = 86'400;
  /// Bytes of a message. A session that sends a longer one is closed. 0 means that none is too long.
  std::uint32_t message_size = 0;
  /// Messages a second of one session. Over a stream, more of them have to wait, and datagrams are dropped. 0 means
  /// that there are never too many.
  std::uint32_t message_rate = 0;
};

/// As many hellos as take half of one processor, and a quarter of them from one source. With either crypto library a
/// thousand devices behind one address are back within a minute.
Limits default_limits(const CryptoBackend& crypto);

/// Changes `limits` as the table "limits" of `file` says. See ConfigFile::done().
void read_limits(ConfigFile& file, Limits& limits);

}  // namespace pawl::host
