// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <pawl/base/address.hpp>

namespace pawl {

/// A peer as programs count and name it.
struct PeerAddress {
  /// For people: "192.0.2.7:4711", "[2001:db8::7]:4711".
  std::string text;
  /// The source prefix that limits count by (PROTOCOL.md 14.1): 4 and the three bytes of a /24, or 6 and the eight of a
  /// /64; the rest zeros.
  ByteArray<9> prefix{};
};

/// Of an address as a UdpServer gives it; of an empty one, "the line" and zeros.
PeerAddress peer_address(const Address& address);

}  // namespace pawl
