// SPDX-License-Identifier: Apache-2.0
#include <pawl/port/posix/resolve.hpp>
#include <pawl/port/posix/socket.hpp>

namespace pawl {
namespace {

PosixResult<Descriptor> bind_to(const Address& address, int type, bool all_addresses) {
  SocketAddress name = socket_address_of(address);
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
    socket = bind_to(each, type, all);
    if (socket.ok() || !not_of_this_machine(socket.error())) break;
  }
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
