// SPDX-License-Identifier: Apache-2.0
/// What TCP and UDP have in common: names, addresses, and making sockets. For the files of this folder.
#pragma once

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>

#include <pawl/port/posix/descriptor.hpp>
#include <pawl/port/posix/peer_address.hpp>
#include <pawl/port/posix/result.hpp>

namespace pawl {

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
/// A list that is not empty.
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

/// The addresses of a host, for sockets of `type`, SOCK_STREAM or SOCK_DGRAM. An error of resolver_category() or of the
/// system.
PosixResult<Addresses> resolve(const std::string& host, std::uint16_t port, int type);

/// A socket address of either family.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  [[nodiscard]] bool is_v6() const { return storage.ss_family == AF_INET6; }
  [[nodiscard]] std::uint16_t port() const {
    return ntohs(is_v6() ? as<sockaddr_in6>().sin6_port : as<sockaddr_in>().sin_port);
  }
  template <class T>
  [[nodiscard]] T as() const {
    T address{};
    std::memcpy(&address, &storage, sizeof(address));
    return address;
  }
};

/// As the core knows it. A socket on all addresses sees IPv4 peers at ::ffff:a.b.c.d; they are IPv4 peers.
Address address_of(const SocketAddress& socket_address);
/// The way back, for a socket of IPv6 (`v6`) or IPv4; none if that cannot reach it.
std::optional<SocketAddress> socket_address_of(const Address& address, bool v6);

/// A non-blocking socket. Invalid if there is none: see errno.
Descriptor make_socket(int family, int type);
/// False if it failed: see errno.
bool set_option(int socket, int level, int option, int value);

/// A socket of `type` bound to the first address of `host` that this machine has, or, if `host` is empty, to all
/// addresses of IPv6 and IPv4.
PosixResult<Descriptor> bind_to(const std::string& host, std::uint16_t port, int type);
/// What a socket is bound to.
PosixResult<SocketAddress> bound_address(const Descriptor& socket);

}  // namespace pawl
