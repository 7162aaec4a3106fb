// SPDX-License-Identifier: Apache-2.0
#include <netinet/tcp.h>

#include <utility>

#include <pawl/port/posix/socket.hpp>
#include <pawl/port/posix/tcp.hpp>

namespace pawl {
namespace {

/// The connection that was to be accepted died before, which says nothing about the listener (accept(2)).
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

// TcpTransport

TcpTransport::TcpTransport(Descriptor socket) : socket_(std::move(socket)) {
  // If it fails, the connection is slower and nothing else.
  set_option(socket_.get(), IPPROTO_TCP, TCP_NODELAY, 1);
}

Result<std::size_t> TcpTransport::read(MutBytes buffer) {
  if (std::exchange(drained_, false)) return std::size_t{0};
  ssize_t got = 0;
  do {
    got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  } while (got < 0 && errno == EINTR);
  if (got > 0) {
    const auto size = static_cast<std::size_t>(got);
    drained_ = size < buffer.size();
    return size;
  }
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

void TcpTransport::close() {
  socket_.reset();
  drained_ = false;
}

// TcpListener

PosixResult<TcpListener> TcpListener::listen(Descriptor socket) {
  if (::listen(socket.get(), SOMAXCONN) != 0) return last_error();
  auto bound = bound_address(socket);
  if (!bound.ok()) return bound.error();
  return TcpListener(std::move(socket), address_of(bound.value()), bound.value().port());
}

PosixResult<TcpListener> TcpListener::open(const std::string& address, std::uint16_t port) {
  auto socket = bind_to(address, port, SOCK_STREAM);
  return socket.ok() ? listen(std::move(socket.value())) : socket.error();
}

PosixResult<std::vector<TcpListener>> TcpListener::open_each(const std::string& host, std::uint16_t port) {
  auto sockets = bind_to_each(host, port, SOCK_STREAM);
  return sockets.ok() ? each_of<TcpListener>(std::move(sockets.value()), listen) : sockets.error();
}

PosixResult<TcpListener> TcpListener::adopt(Descriptor socket) {
  auto own = adopt_socket(std::move(socket), SOCK_STREAM);
  return own.ok() ? listen(std::move(own.value())) : own.error();
}

PosixResult<std::optional<TcpConnection>> TcpListener::accept() {
  for (;;) {
    SocketAddress address;
    Descriptor socket(::accept4(socket_.get(), address.get(), &address.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.valid()) return std::optional(TcpConnection{std::move(socket), peer_address(address_of(address))});
    if (errno == EAGAIN) return std::optional<TcpConnection>();
    if (!connection_gone(errno)) return last_error();
  }
}

}  // namespace pawl
