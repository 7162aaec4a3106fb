// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/bytes.hpp>

namespace pawl {

/// Where a datagram comes from or goes to, in the form that a Retry cookie covers (PROTOCOL.md 13.2). It is an IPv4
/// address and a port, 6 bytes, or an IPv6 address and a port, 18 bytes, all big-endian. It is empty on a line that has
/// one peer (13.5).
///
/// It also says by which of the receiver's own addresses the datagram came, so that the answer leaves from there. Who
/// asks another one has moved (13.4), so this counts when two are compared.
class Address {
 public:
  static constexpr std::size_t kMaxSize = 18;

  constexpr Address() = default;
  /// At most kMaxSize bytes. More make an empty address. `via` is a number that the transport knows. With 0 the
  /// transport chooses.
  explicit constexpr Address(Bytes bytes, std::uint8_t via = 0) : via_(via) {
    if (bytes.size() > kMaxSize) return;
    copy(bytes, bytes_);
    size_ = static_cast<std::uint8_t>(bytes.size());
  }

  [[nodiscard]] constexpr Bytes bytes() const { return Bytes(bytes_).first(size_); }
  [[nodiscard]] constexpr std::uint8_t via() const { return via_; }
  constexpr bool operator==(const Address&) const = default;

 private:
  ByteArray<kMaxSize> bytes_{};
  std::uint8_t size_ = 0;
  std::uint8_t via_ = 0;
};

}  // namespace pawl
