// SPDX-License-Identifier: Apache-2.0
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <climits>
#include <cstring>
#include <iterator>
#include <memory>

#include <pawl/port/posix/clock.hpp>
#include <pawl/port/posix/tcp.hpp>

namespace pawl {
namespace {

// Addresses.

class ResolverCategory final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "resolver"; }
  [[nodiscard]] std::string message(int code) const override { return ::gai_strerror(code); }
};

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
/// A list that is not empty.
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

PosixResult<Addresses> resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (failed == EAI_SYSTEM) return last_error();
  if (failed != 0) return std::error_code(failed, resolver_category());
  return Addresses(list);
}

/// A socket address of either family.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  template <class T>
  [[nodiscard]] T as() const {
    T address{};
    std::memcpy(&address, &storage, sizeof(address));
    return address;
  }
};

/// A listener on all addresses sees IPv4 peers at ::ffff:a.b.c.d; they are IPv4 peers.
SocketAddress unmapped(const SocketAddress& address) {
  const auto v6 = address.as<sockaddr_in6>();
  if (address.storage.ss_family != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) return address;
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = v6.sin6_port;
  std::memcpy(&v4.sin_addr, v6.sin6_addr.s6_addr + 12, sizeof(v4.sin_addr));
  SocketAddress plain;
  plain.size = sizeof(v4);
  std::memcpy(&plain.storage, &v4, sizeof(v4));
  return plain;
}

std::string text_of(SocketAddress address) {
  char host[NI_MAXHOST] = "?";
  char port[NI_MAXSERV] = "?";
  ::getnameinfo(address.get(), address.size, host, sizeof(host), port, sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV);
  const bool v6 = address.storage.ss_family == AF_INET6;
  std::string text = v6 ? "[" : "";
  text.append(host).append(v6 ? "]:" : ":").append(port);
  return text;
}

PeerAddress peer_address(const SocketAddress& socket_address) {
  const SocketAddress address = unmapped(socket_address);
  PeerAddress peer{text_of(address), {}};
  if (address.storage.ss_family == AF_INET) {
    const auto v4 = address.as<sockaddr_in>();
    peer.prefix[0] = 4;
    std::memcpy(&peer.prefix[1], &v4.sin_addr, 3);
  } else {
    const auto v6 = address.as<sockaddr_in6>();
    peer.prefix[0] = 6;
    std::memcpy(&peer.prefix[1], &v6.sin6_addr, 8);
  }
  return peer;
}

// Sockets.

Descriptor make_socket(int family) {
  return Descriptor(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

bool set_option(int socket, int level, int option, int value) {
  return ::setsockopt(socket, level, option, &value, sizeof(value)) == 0;
}

/// Waits until a connection that was begun is made or has failed.
std::error_code await_connection(int socket, Duration timeout) {
  MonotonicClock clock;
  const Instant end = clock.now() + timeout;
  pollfd wanted{socket, POLLOUT, 0};
  int ready = 0;
  do {
    const Duration left = end - clock.now();
    ready = ::poll(&wanted, 1, static_cast<int>(std::min<std::uint64_t>(left.ms, INT_MAX)));
  } while (ready < 0 && errno == EINTR);
  if (ready < 0) return last_error();
  if (ready == 0) return std::make_error_code(std::errc::timed_out);
  int error = 0;
  socklen_t size = sizeof(error);
  if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return last_error();
  return {error, std::generic_category()};
}

PosixResult<Descriptor> connect_to(const addrinfo& address, Duration timeout) {
  Descriptor socket = make_socket(address.ai_family);
  if (!socket.valid()) return last_error();
  if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) != 0) {
    if (errno != EINPROGRESS && errno != EINTR) return last_error();
    const std::error_code error = await_connection(socket.get(), timeout);
    if (error) return error;
  }
  return socket;
}

PosixResult<Descriptor> listen_on(const addrinfo& address, bool all_addresses) {
  Descriptor socket = make_socket(address.ai_family);
  const int fd = socket.get();
  if (!socket.valid()) return last_error();
  // Without SO_REUSEADDR a server that was restarted would have to wait for the connections of the one before.
  if (!set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1)) return last_error();
  if (address.ai_family == AF_INET6 && !set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, all_addresses ? 0 : 1)) {
    return last_error();
  }
  if (::bind(fd, address.ai_addr, address.ai_addrlen) != 0 || ::listen(fd, SOMAXCONN) != 0) return last_error();
  return socket;
}

/// Whether this machine lacks the address or its whole family, so that another address of the same name may serve.
bool not_of_this_machine(std::error_code error) {
  return error == std::errc::address_family_not_supported || error == std::errc::address_not_available;
}

PosixResult<Descriptor> listen_on_first(const std::string& host, std::uint16_t port, bool all_addresses) {
  auto addresses = resolve(host, port);
  if (!addresses.ok()) return addresses.error();
  const addrinfo* address = addresses.value().get();
  auto socket = listen_on(*address, all_addresses);
  while (!socket.ok() && not_of_this_machine(socket.error()) && address->ai_next != nullptr) {
    address = address->ai_next;
    socket = listen_on(*address, all_addresses);
  }
  return socket;
}

/// The connection that was to be accepted died before, which says nothing about the listener; accept(2).
bool connection_gone(int error) {
  switch (error) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case ENETDOWN:
    case ENETUNREACH:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENONET:
      return true;
    default:
      return false;
  }
}

}  // namespace

const std::error_category& resolver_category() {
  static const ResolverCategory category;
  return category;
}

// TcpTransport

TcpTransport::TcpTransport(Descriptor socket) : socket_(std::move(socket)) {
  // If it fails, the connection is slower and nothing else.
  set_option(socket_.get(), IPPROTO_TCP, TCP_NODELAY, 1);
}

Result<std::size_t> TcpTransport::read(MutBytes buffer) {
  ssize_t got = 0;
  do {
    got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  } while (got < 0 && errno == EINTR);
  if (got > 0) return static_cast<std::size_t>(got);
  const bool nothing_now = got < 0 && errno == EAGAIN;
  return nothing_now ? Result(std::size_t{0}) : Error::connection_lost;
}

Result<std::size_t> TcpTransport::write(Bytes bytes) {
  ssize_t put = 0;
  do {
    put = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  } while (put < 0 && errno == EINTR);
  if (put >= 0) return static_cast<std::size_t>(put);
  return errno == EAGAIN ? Result(std::size_t{0}) : Error::connection_lost;
}

void TcpTransport::shutdown() { ::shutdown(socket_.get(), SHUT_WR); }

void TcpTransport::close() { socket_.reset(); }

// TcpListener

PosixResult<TcpListener> TcpListener::open(const std::string& address, std::uint16_t port) {
  const bool all = address.empty();
  auto socket = listen_on_first(all ? "::" : address, port, all);
  if (!socket.ok() && all && not_of_this_machine(socket.error())) socket = listen_on_first("0.0.0.0", port, all);
  if (!socket.ok()) return socket.error();
  SocketAddress bound;
  if (::getsockname(socket.value().get(), bound.get(), &bound.size) != 0) return last_error();
  const bool v6 = bound.storage.ss_family == AF_INET6;
  const auto number = v6 ? bound.as<sockaddr_in6>().sin6_port : bound.as<sockaddr_in>().sin_port;
  return TcpListener(std::move(socket.value()), ntohs(number));
}

PosixResult<std::optional<TcpConnection>> TcpListener::accept() {
  for (;;) {
    SocketAddress address;
    Descriptor socket(::accept4(socket_.get(), address.get(), &address.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.valid()) return std::optional(TcpConnection{std::move(socket), peer_address(address)});
    if (errno == EAGAIN) return std::optional<TcpConnection>();
    if (!connection_gone(errno)) return last_error();
  }
}

// Connecting

PosixResult<Descriptor> tcp_connect(const std::string& host, std::uint16_t port, Duration timeout) {
  auto addresses = resolve(host, port);
  if (!addresses.ok()) return addresses.error();
  std::uint64_t untried = 0;
  for (const addrinfo* each = addresses.value().get(); each != nullptr; each = each->ai_next) ++untried;

  MonotonicClock clock;
  const Instant end = clock.now() + timeout;
  std::error_code first_error;
  for (const addrinfo* each = addresses.value().get(); each != nullptr; each = each->ai_next) {
    auto socket = connect_to(*each, milliseconds((end - clock.now()).ms / untried--));
    if (socket.ok()) return socket;
    if (!first_error) first_error = socket.error();
  }
  return first_error;
}

}  // namespace pawl
