// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/bytes.hpp>

namespace pawl {

/// Where a datagram comes from or goes to, in the form that a Retry cookie covers (PROTOCOL.md 13.2): IPv4 address and
/// port, 6 bytes, or IPv6 address and port, 18 bytes, all big-endian. Empty on a line that has one peer (13.5).
class Address {
 public:
  static constexpr std::size_t kMaxSize = 18;

  constexpr Address() = default;
  /// At most kMaxSize bytes; more make an empty address.
  explicit constexpr Address(Bytes bytes) {
    if (bytes.size() > kMaxSize) return;
    copy(bytes, bytes_);
    size_ = static_cast<std::uint8_t>(bytes.size());
  }

  [[nodiscard]] constexpr Bytes bytes() const { return Bytes(bytes_).first(size_); }
  constexpr bool operator==(const Address&) const = default;

 private:
  ByteArray<kMaxSize> bytes_{};
  std::uint8_t size_ = 0;
};

}  // namespace pawl
