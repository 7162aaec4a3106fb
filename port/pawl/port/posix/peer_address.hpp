// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <pawl/base/address.hpp>

namespace pawl {

/// A peer as programs count and name it.
struct PeerAddress {
  /// The address for people, such as "192.0.2.7:4711" or "[2001:db8::7]:4711".
  std::string text;
  /// The source prefix that limits count by (PROTOCOL.md 14.1). It is 4 and the three bytes of a /24, or 6 and the
  /// eight of a /64. The rest is zeros.
  ByteArray<9> prefix{};
};

/// Of an address as a UdpServer gives it. Of an empty one, "the line" and zeros.
PeerAddress peer_address(const Address& address);

}  // namespace pawl
