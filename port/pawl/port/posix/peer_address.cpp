// SPDX-License-Identifier: Apache-2.0
#include <netdb.h>

#include <pawl/port/posix/peer_address.hpp>
#include <pawl/port/posix/socket.hpp>

namespace pawl {
namespace {

constexpr std::size_t kV4Size = 4;
constexpr std::size_t kV6Size = 16;
constexpr std::size_t kPortSize = 2;
constexpr std::size_t kV4Prefix = 3;
constexpr std::size_t kV6Prefix = 8;

// An address that is local to a link is worth nothing without the link. Its number stands where such an address has
// zeros, and is taken out again before anybody outside sees it.
constexpr std::size_t kScopeAt = 4;

void move_scope_in(ByteArray<kV6Size + kPortSize>& bytes, const sockaddr_in6& v6) {
  if (!IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr)) return;
  const std::uint32_t scope = htonl(v6.sin6_scope_id);
  std::memcpy(&bytes[kScopeAt], &scope, sizeof(scope));
}

void move_scope_out(sockaddr_in6& v6) {
  if (!IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr)) return;
  std::uint32_t scope = 0;
  std::memcpy(&scope, &v6.sin6_addr.s6_addr[kScopeAt], sizeof(scope));
  std::memset(&v6.sin6_addr.s6_addr[kScopeAt], 0, sizeof(scope));
  v6.sin6_scope_id = ntohl(scope);
}

template <class T>
SocketAddress socket_address(const T& address) {
  SocketAddress result;
  result.size = sizeof(address);
  std::memcpy(&result.storage, &address, sizeof(address));
  return result;
}

bool is_v4(const Address& address) { return address.bytes().size() == kV4Size + kPortSize; }

/// An IPv4 address, whatever kind of socket it came by.
sockaddr_in unmapped(const SocketAddress& address) {
  if (!address.is_v6()) return address.as<sockaddr_in>();
  const auto v6 = address.as<sockaddr_in6>();
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = v6.sin6_port;
  std::memcpy(&v4.sin_addr, &v6.sin6_addr.s6_addr[12], kV4Size);
  return v4;
}

/// A socket of IPv6 sends to IPv4 peers as ::ffff:a.b.c.d.
SocketAddress mapped(const sockaddr_in& v4) {
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = v4.sin_port;
  v6.sin6_addr.s6_addr[10] = v6.sin6_addr.s6_addr[11] = 0xff;
  std::memcpy(&v6.sin6_addr.s6_addr[12], &v4.sin_addr, kV4Size);
  return socket_address(v6);
}

std::string text_of(SocketAddress address) {
  char host[NI_MAXHOST] = "?";
  char port[NI_MAXSERV] = "?";
  ::getnameinfo(address.get(), address.size, host, sizeof(host), port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
  std::string text = address.is_v6() ? "[" : "";
  text.append(host).append(address.is_v6() ? "]:" : ":").append(port);
  return text;
}

}  // namespace

Address address_of(const SocketAddress& socket_address) {
  ByteArray<kV6Size + kPortSize> bytes{};
  const auto v6 = socket_address.as<sockaddr_in6>();
  if (socket_address.is_v6() && !IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
    std::memcpy(bytes.data(), &v6.sin6_addr, kV6Size);
    std::memcpy(&bytes[kV6Size], &v6.sin6_port, kPortSize);
    move_scope_in(bytes, v6);
    return Address(bytes);
  }
  const sockaddr_in v4 = unmapped(socket_address);
  std::memcpy(bytes.data(), &v4.sin_addr, kV4Size);
  std::memcpy(&bytes[kV4Size], &v4.sin_port, kPortSize);
  return Address(Bytes(bytes).first(kV4Size + kPortSize));
}

std::optional<SocketAddress> socket_address_of(const Address& address, bool v6_socket) {
  const Bytes bytes = address.bytes();
  if (is_v4(address)) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    std::memcpy(&v4.sin_addr, bytes.data(), kV4Size);
    std::memcpy(&v4.sin_port, &bytes[kV4Size], kPortSize);
    return v6_socket ? mapped(v4) : socket_address(v4);
  }
  if (bytes.size() != kV6Size + kPortSize || !v6_socket) return std::nullopt;
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  std::memcpy(&v6.sin6_addr, bytes.data(), kV6Size);
  std::memcpy(&v6.sin6_port, &bytes[kV6Size], kPortSize);
  move_scope_out(v6);
  return socket_address(v6);
}

SocketAddress socket_address_of(const Address& address) { return *socket_address_of(address, !is_v4(address)); }

PeerAddress peer_address(const Address& address) {
  PeerAddress peer{"the line", {}};
  const Bytes bytes = address.bytes();
  if (bytes.empty()) return peer;
  const bool v4 = is_v4(address);
  const auto socket_address = socket_address_of(address, !v4);
  if (socket_address) peer.text = text_of(*socket_address);
  peer.prefix[0] = v4 ? 4 : 6;
  copy(bytes.first(v4 ? kV4Prefix : kV6Prefix), MutBytes(peer.prefix).subspan(1));
  return peer;
}

}  // namespace pawl
