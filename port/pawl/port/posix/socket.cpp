// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>

#include <pawl/port/posix/resolve.hpp>
#include <pawl/port/posix/socket.hpp>

namespace pawl {
namespace {

/// Of free ports that another program has at another address of the same name.
constexpr int kAttempts = 10;

PosixResult<Descriptor> bind_to(SocketAddress name, int type, bool all_addresses) {
  Descriptor socket = make_socket(name.storage.ss_family, type);
  const int fd = socket.get();
  if (!socket.valid()) return last_error();
  // Without SO_REUSEADDR a server that was restarted would have to wait for the connections of the one before. For
  // datagrams it would let two servers share a port.
  if (type == SOCK_STREAM && !set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1)) return last_error();
  if (name.is_v6() && !set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, all_addresses ? 0 : 1)) return last_error();
  if (::bind(fd, name.get(), name.size) != 0) return last_error();
  return socket;
}

/// Whether this machine lacks the address or its whole family, so that another address of the same name may serve.
bool not_of_this_machine(std::error_code error) {
  return error == std::errc::address_family_not_supported || error == std::errc::address_not_available;
}

PosixResult<std::vector<Descriptor>> bind_to_each(const std::vector<Address>& addresses, std::uint16_t port, int type) {
  std::vector<Descriptor> sockets;
  std::error_code first_error;
  for (const Address& each : addresses) {
    SocketAddress name = socket_address_of(each);
    name.set_port(port);
    auto socket = bind_to(name, type, false);
    if (socket.ok()) {
      auto bound = bound_address(socket.value());
      if (!bound.ok()) return bound.error();
      port = bound.value().port();
      sockets.push_back(std::move(socket.value()));
    } else if (!not_of_this_machine(socket.error())) {
      return socket.error();
    } else if (!first_error) {
      first_error = socket.error();
    }
  }
  if (sockets.empty()) return first_error;
  return sockets;
}

}  // namespace

Descriptor make_socket(int family, int type) {
  return Descriptor(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

bool set_option(int socket, int level, int option, int value) {
  return ::setsockopt(socket, level, option, &value, sizeof(value)) == 0;
}

PosixResult<Descriptor> bind_to(const std::string& host, std::uint16_t port, int type) {
  const bool all = host.empty();
  auto addresses = resolve(all ? "::" : host, port);
  if (!addresses.ok()) return addresses.error();
  if (all) addresses.value().push_back(resolve("0.0.0.0", port).value().front());
  PosixResult<Descriptor> socket = std::error_code();
  for (const Address& each : addresses.value()) {
    socket = bind_to(socket_address_of(each), type, all);
    if (socket.ok() || !not_of_this_machine(socket.error())) break;
  }
  return socket;
}

PosixResult<std::vector<Descriptor>> bind_to_each(const std::string& host, std::uint16_t port, int type) {
  if (host.empty()) {
    auto all = bind_to(host, port, type);
    if (!all.ok()) return all.error();
    std::vector<Descriptor> one;
    one.push_back(std::move(all.value()));
    return one;
  }
  auto addresses = resolve(host, port);
  if (!addresses.ok()) return addresses.error();
  auto sockets = bind_to_each(addresses.value(), port, type);
  for (int i = 1; i < kAttempts && port == 0 && sockets.error() == std::errc::address_in_use; ++i) {
    sockets = bind_to_each(addresses.value(), port, type);
  }
  return sockets;
}

PosixResult<Descriptor> adopt_socket(Descriptor socket, int type) {
  int its_type = 0;
  socklen_t size = sizeof(its_type);
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_TYPE, &its_type, &size) != 0) return last_error();
  auto bound = bound_address(socket);
  if (!bound.ok()) return bound.error();
  const auto family = bound.value().storage.ss_family;
  const bool fits = its_type == type && (family == AF_INET || family == AF_INET6);
  if (!fits) return std::make_error_code(std::errc::invalid_argument);
  const int flags = ::fcntl(socket.get(), F_GETFL);
  const bool ours = flags >= 0 && ::fcntl(socket.get(), F_SETFL, flags | O_NONBLOCK) == 0 &&
                    ::fcntl(socket.get(), F_SETFD, FD_CLOEXEC) == 0;
  if (!ours) return last_error();
  return socket;
}

PosixResult<SocketAddress> bound_address(const Descriptor& socket) {
  SocketAddress bound;
  if (::getsockname(socket.get(), bound.get(), &bound.size) != 0) return last_error();
  return bound;
}

std::size_t whole(std::size_t size, MutBytes buffer, TransportCounters& counters) {
  if (size > 0 && size <= buffer.size()) return size;
  ++counters.dropped;
  return 0;
}

}  // namespace pawl
