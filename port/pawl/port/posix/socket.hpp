// SPDX-License-Identifier: Apache-2.0
/// What TCP and UDP, servers and clients, have in common. For the files of this folder, and not installed.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include <pawl/base/address.hpp>
#include <pawl/port/datagram_transport.hpp>
#include <pawl/port/posix/descriptor.hpp>
#include <pawl/port/posix/result.hpp>

namespace pawl {

/// A socket address of either family.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  [[nodiscard]] bool is_v6() const { return storage.ss_family == AF_INET6; }
  [[nodiscard]] std::uint16_t port() const {
    return ntohs(is_v6() ? as<sockaddr_in6>().sin6_port : as<sockaddr_in>().sin_port);
  }
  void set_port(std::uint16_t port) {
    // It stands at the same place in both families.
    const std::uint16_t bytes = htons(port);
    std::memcpy(reinterpret_cast<char*>(&storage) + offsetof(sockaddr_in, sin_port), &bytes, sizeof(bytes));
  }
  template <class T>
  [[nodiscard]] T as() const {
    T address{};
    std::memcpy(&address, &storage, sizeof(address));
    return address;
  }
};
static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));

/// As the core knows it. A socket on all addresses sees an IPv4 peer under an IPv4-mapped address (RFC 4291, section
/// 2.5.5.2). This gives the IPv4 address then.
Address address_of(const SocketAddress& socket_address);
/// The way back, for a socket of IPv6 (`v6`) or IPv4. None if that cannot reach it.
std::optional<SocketAddress> socket_address_of(const Address& address, bool v6);
/// The way back, for a socket of the address's own family. Only of what address_of() gave.
SocketAddress socket_address_of(const Address& address);

/// A non-blocking socket. Invalid if there is none, and errno says why.
Descriptor make_socket(int family, int type);
/// False if it failed, and errno says why.
bool set_option(int socket, int level, int option, int value);

/// A socket of `type` bound to the first address of `host` that this machine has, or, if `host` is empty, to all
/// addresses of IPv6 and IPv4.
PosixResult<Descriptor> bind_to(const std::string& host, std::uint16_t port, int type);
/// Sockets of `type` bound to each address of `host` that this machine has, at least one, all at the same port. If
/// `host` is empty, one as bind_to() makes it.
PosixResult<std::vector<Descriptor>> bind_to_each(const std::string& host, std::uint16_t port, int type);
/// A socket that somebody else has made, ready to be used as our own. std::errc::invalid_argument if it is not one of
/// `type`, of IPv6 or IPv4.
PosixResult<Descriptor> adopt_socket(Descriptor socket, int type);
/// What `make` makes of each, or its first error.
template <class T>
PosixResult<std::vector<T>> each_of(std::vector<Descriptor> sockets, PosixResult<T> (*make)(Descriptor)) {
  std::vector<T> all;
  for (Descriptor& each : sockets) {
    auto made = make(std::move(each));
    if (!made.ok()) return made.error();
    all.push_back(std::move(made.value()));
  }
  return all;
}
/// What a socket is bound to.
PosixResult<SocketAddress> bound_address(const Descriptor& socket);

/// The size of a datagram that came whole. Otherwise 0, and it is counted.
std::size_t whole(std::size_t size, MutBytes buffer, TransportCounters& counters);

}  // namespace pawl
