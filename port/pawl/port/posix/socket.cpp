// SPDX-License-Identifier: Apache-2.0
#include <pawl/port/posix/socket.hpp>

namespace pawl {
namespace {

class ResolverCategory final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "resolver"; }
  [[nodiscard]] std::string message(int code) const override { return ::gai_strerror(code); }
};

PosixResult<Descriptor> bind_to(const addrinfo& address, bool all_addresses) {
  Descriptor socket = make_socket(address.ai_family, address.ai_socktype);
  const int fd = socket.get();
  if (!socket.valid()) return last_error();
  // Without SO_REUSEADDR a server that was restarted would have to wait for the connections of the one before. For
  // datagrams it would let two servers share a port.
  if (address.ai_socktype == SOCK_STREAM && !set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1)) return last_error();
  if (address.ai_family == AF_INET6 && !set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, all_addresses ? 0 : 1)) {
    return last_error();
  }
  if (::bind(fd, address.ai_addr, address.ai_addrlen) != 0) return last_error();
  return socket;
}

/// Whether this machine lacks the address or its whole family, so that another address of the same name may serve.
bool not_of_this_machine(std::error_code error) {
  return error == std::errc::address_family_not_supported || error == std::errc::address_not_available;
}

PosixResult<Descriptor> bind_to_first(const std::string& host, std::uint16_t port, int type, bool all_addresses) {
  auto addresses = resolve(host, port, type);
  if (!addresses.ok()) return addresses.error();
  const addrinfo* address = addresses.value().get();
  auto socket = bind_to(*address, all_addresses);
  while (!socket.ok() && not_of_this_machine(socket.error()) && address->ai_next != nullptr) {
    address = address->ai_next;
    socket = bind_to(*address, all_addresses);
  }
  return socket;
}

}  // namespace

const std::error_category& resolver_category() {
  static const ResolverCategory category;
  return category;
}

PosixResult<Addresses> resolve(const std::string& host, std::uint16_t port, int type) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = type;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (failed == EAI_SYSTEM) return last_error();
  if (failed != 0) return std::error_code(failed, resolver_category());
  return Addresses(list);
}

Descriptor make_socket(int family, int type) {
  return Descriptor(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

bool set_option(int socket, int level, int option, int value) {
  return ::setsockopt(socket, level, option, &value, sizeof(value)) == 0;
}

PosixResult<Descriptor> bind_to(const std::string& host, std::uint16_t port, int type) {
  const bool all = host.empty();
  auto socket = bind_to_first(all ? "::" : host, port, type, all);
  if (!socket.ok() && all && not_of_this_machine(socket.error())) socket = bind_to_first("0.0.0.0", port, type, all);
  return socket;
}

PosixResult<SocketAddress> bound_address(const Descriptor& socket) {
  SocketAddress bound;
  if (::getsockname(socket.get(), bound.get(), &bound.size) != 0) return last_error();
  return bound;
}

}  // namespace pawl
