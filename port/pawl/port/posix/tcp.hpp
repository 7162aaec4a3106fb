// SPDX-License-Identifier: Apache-2.0
/// TCP over IPv4 and IPv6, as a transport over a socket, and the two ways to come by one. Everything may be used from
/// one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <pawl/base/time.hpp>
#include <pawl/port/posix/descriptor.hpp>
#include <pawl/port/posix/peer_address.hpp>
#include <pawl/port/posix/resolve.hpp>
#include <pawl/port/posix/result.hpp>
#include <pawl/port/transport.hpp>

namespace pawl {

/// A connected TCP socket. Raises no signal.
///
/// A read that does not fill its buffer has taken all there was. The next one says that there is nothing, without
/// asking the system. What comes meanwhile poll() tells.
class TcpTransport final : public Transport {
 public:
  /// `socket` is connected and non-blocking. Small writes are sent at once (TCP_NODELAY).
  explicit TcpTransport(Descriptor socket);

  /// As Transport says.
  Result<std::size_t> read(MutBytes buffer) override;
  /// As Transport says.
  Result<std::size_t> write(Bytes bytes) override;
  /// Ends what we send (FIN) after what was written. Reading goes on.
  void shutdown() override;
  /// Closes the socket, and with it both directions.
  void close() override;

  /// To poll() for. Once closed it is -1, which poll() ignores.
  [[nodiscard]] int fd() const { return socket_.get(); }

 private:
  Descriptor socket_;
  bool drained_ = false;
};

/// A connection that a listener has accepted.
struct TcpConnection {
  /// Connected and non-blocking, for a TcpTransport.
  Descriptor socket;
  PeerAddress peer;
};

/// A listening TCP socket.
class TcpListener {
 public:
  /// Listens on `address`, a numeric address or a name of this machine. If it is empty, listens on all addresses of
  /// IPv6 and IPv4. Port 0 takes a free one. std::errc::address_in_use, permission_denied, address_not_available (not
  /// of this machine) and others, or an error of resolver_category().
  static PosixResult<TcpListener> open(const std::string& address, std::uint16_t port);
  /// Listens on each address of `host` that this machine has. For "localhost" these are 127.0.0.1 and ::1 if the
  /// resolver says so. There is one listener for each, at least one, in the resolver's order and all at the same port.
  /// If `host` is empty, there is one listener on all addresses. If it cannot listen on one of them, it does not listen
  /// at all. Errors as open().
  static PosixResult<std::vector<TcpListener>> open_each(const std::string& host, std::uint16_t port);

  /// Listens on a socket that somebody else has bound, such as a service manager. std::errc::invalid_argument if it is
  /// no stream socket of IPv6 or IPv4.
  static PosixResult<TcpListener> adopt(Descriptor socket);

  /// What it listens on, for people, such as "127.0.0.1:7295" or "[::1]:7295". On all addresses it is "[::]:7295", or
  /// "0.0.0.0:7295" where there is no IPv6.
  [[nodiscard]] std::string address() const { return peer_address(address_).text; }
  /// The port it listens on, never 0.
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// To poll() for POLLIN.
  [[nodiscard]] int fd() const { return socket_.get(); }

  /// The next connection that waits, std::nullopt if none does. Never blocks. An error is of this process or machine,
  /// such as std::errc::too_many_files_open. The connection still waits then, and poll() goes on saying so.
  PosixResult<std::optional<TcpConnection>> accept();

 private:
  TcpListener(Descriptor socket, const Address& address, std::uint16_t port)
      : socket_(std::move(socket)), address_(address), port_(port) {}

  static PosixResult<TcpListener> listen(Descriptor socket);

  Descriptor socket_;
  Address address_;
  std::uint16_t port_;
};

/// Begins to connect to `address`, and gives a non-blocking socket for which poll() says POLLOUT when
/// tcp_connect_state() is known.
PosixResult<Descriptor> tcp_begin_connect(const Address& address);
/// No error if the socket is connected, std::errc::operation_in_progress if that is not known yet, and otherwise why
/// there is no connection.
std::error_code tcp_connect_state(const Descriptor& socket);

/// Connects to `host`, a name or a numeric address of either family, within `timeout`. Its addresses are tried as RFC
/// 8305 says, IPv6 and IPv4 by turns. Each is tried 250 ms after the one before, or as soon as one failed. The first
/// connection wins and the other attempts end. If none is made, the error is that of the address that the resolver
/// prefers, which is std::errc::connection_refused, timed_out, network_unreachable and others. An error of
/// resolver_category() if there is no address. The resolver keeps its own time. The socket is non-blocking, and for a
/// TcpTransport.
PosixResult<Descriptor> tcp_connect(const std::string& host, std::uint16_t port, Duration timeout);
/// The same to one of these addresses, at least one, as resolve() gives them. The first is the preferred one.
PosixResult<Descriptor> tcp_connect(const std::vector<Address>& addresses, Duration timeout);

}  // namespace pawl
