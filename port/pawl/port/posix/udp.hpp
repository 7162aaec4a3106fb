// SPDX-License-Identifier: Apache-2.0
/// UDP over IPv4 and IPv6. Everything may be used from one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <pawl/port/datagram_transport.hpp>
#include <pawl/port/posix/descriptor.hpp>
#include <pawl/port/posix/peer_address.hpp>
#include <pawl/port/posix/result.hpp>

namespace pawl {

/// A server's socket, which serves all peers, each known by its address. What the network says about datagrams that
/// could not be delivered is not listened to, since anybody may say it.
///
/// A datagram is answered from the address that it came to, since a client hears no other. The address of a peer that
/// receive() gives says which, for send().
///
/// It takes what waits in batches, one call of the system for many datagrams. poll() then does not tell of them any
/// more, so call receive() until it says that there is none. It says so once after a batch that was not full, without
/// asking the system. The answers leave together too. What is sent while more of a batch is to be received waits until
/// receive() has given the last of it.
class UdpServer final : public DatagramTransport {
 public:
  UdpServer(UdpServer&&) noexcept;
  UdpServer& operator=(UdpServer&&) noexcept;
  ~UdpServer();

  /// Binds to `address`, a numeric address or a name of this machine. If it is empty, binds to all addresses of IPv6
  /// and IPv4. Port 0 takes a free one. Errors as TcpListener::open().
  static PosixResult<UdpServer> open(const std::string& address, std::uint16_t port);
  /// Binds to each address of `host` that this machine has, a server's socket for each, as TcpListener::open_each().
  static PosixResult<std::vector<UdpServer>> open_each(const std::string& host, std::uint16_t port);

  /// Serves on a socket that somebody else has bound, such as a service manager. std::errc::invalid_argument if it is
  /// no datagram socket of IPv6 or IPv4.
  static PosixResult<UdpServer> adopt(Descriptor socket);

  /// As DatagramTransport says. What the network reports about other datagrams is no error. Error::connection_lost only
  /// after close().
  Result<Received> receive(MutBytes buffer) override;
  /// To an address that receive() gave, at most 65,507 bytes, or Error::too_long. Error::invalid_argument also if `to`
  /// is of IPv6 and this socket is not. Other errors as DatagramTransport says.
  Status send(Bytes datagram, const Address& to) override;
  /// Whether an answer waits for the rest of its batch, or for room in the socket.
  [[nodiscard]] bool sending() const override;
  /// Closes the socket. Error::connection_lost from then on.
  void close() override { socket_.reset(); }
  /// `dropped` counts what was longer than the buffer, or empty.
  [[nodiscard]] TransportCounters counters() const override { return counters_; }

  /// What it is bound to, for people, as TcpListener::address().
  [[nodiscard]] std::string address() const { return peer_address(address_).text; }
  /// The port it is bound to, never 0.
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// To poll() for POLLIN, and for POLLOUT after would_block and while sending(). Once closed it is -1, which poll()
  /// ignores.
  [[nodiscard]] int fd() const { return socket_.get(); }

 private:
  class LocalAddresses;
  class Arrivals;
  class Departures;

  UdpServer(Descriptor socket, const Address& address, std::uint16_t port, bool v6);

  static PosixResult<UdpServer> serve(Descriptor socket);

  Descriptor socket_{};
  Address address_;
  std::uint16_t port_;
  bool v6_;
  std::unique_ptr<LocalAddresses> locals_;
  std::unique_ptr<Arrivals> arrivals_;
  std::unique_ptr<Departures> departures_;
  TransportCounters counters_{};
};

/// A client's socket, which hears one server only. That server's address is empty, and ignored where it is asked for.
///
/// Until a datagram came, the next address of the server's name is tried when the network says that nobody listens at
/// the one before, or that no way leads there, and when two datagrams have got no answer. So the first one is to be
/// sent again, as Pawl's handshake does.
///
/// It goes on when this machine gets another address. When a datagram cannot leave, and after each two without an
/// answer, it looks which local address leads to the server now, and sends from that. A session then is one that moved
/// (PROTOCOL.md 13.4).
class UdpClient final : public DatagramTransport {
 public:
  /// `host` is a name or a numeric address of either family. Sends nothing. Errors as tcp_connect(), without those of a
  /// peer.
  static PosixResult<UdpClient> connect(const std::string& host, std::uint16_t port);
  /// The same to one of these addresses, at least one, in this order. They are those that resolve() gives.
  static PosixResult<UdpClient> connect(std::vector<Address> addresses);

  /// As DatagramTransport says. No report of the network's is an error. Error::connection_lost only after close().
  Result<Received> receive(MutBytes buffer) override;
  /// To the server, whatever `to` is. Errors as DatagramTransport says, Error::connection_lost only after close(). That
  /// no way leads there now is a lost datagram.
  Status send(Bytes datagram, const Address& to) override;
  /// Never, because a datagram leaves at once or is not taken.
  [[nodiscard]] bool sending() const override { return false; }
  /// Closes the socket. Error::connection_lost from then on.
  void close() override { socket_.reset(); }
  /// `dropped` counts what was longer than the buffer, or empty.
  [[nodiscard]] TransportCounters counters() const override { return counters_; }

  /// Whether the network said that nobody listens there, and no datagram has come. Anybody may have said it.
  [[nodiscard]] bool refused() const { return refused_; }
  /// As UdpServer::fd(). It is another one after each call of receive() or send() that tries another address, of the
  /// server's or of ours.
  [[nodiscard]] int fd() const { return socket_.get(); }
  /// How often fd() has become another one, which may have the number of one before. Whoever waits for a descriptor by
  /// epoll(7) has to ask for it again then.
  [[nodiscard]] unsigned fd_changes() const { return fd_changes_; }

 private:
  /// Datagrams without an answer, after which something may be wrong with the way.
  static constexpr int kSilence = 2;

  explicit UdpClient(std::vector<Address> addresses) : addresses_(std::move(addresses)) {}

  std::error_code use_first();
  void try_next();
  void find_way();
  void note_failure();

  /// Of the server, the next to be tried first. Only the one in use once a datagram came.
  std::vector<Address> addresses_;
  Address in_use_{};
  Descriptor socket_{};
  TransportCounters counters_{};
  int unanswered_ = 0;
  unsigned fd_changes_ = 0;
  bool refused_ = false;
  bool heard_ = false;
};

}  // namespace pawl
