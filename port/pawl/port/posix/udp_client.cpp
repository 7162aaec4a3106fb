// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <pawl/port/posix/resolve.hpp>
#include <pawl/port/posix/socket.hpp>
#include <pawl/port/posix/udp.hpp>

namespace pawl {
namespace {

/// One datagram. MSG_TRUNC shows one that is too long. -1 if it failed, and errno says why.
ssize_t receive_one(const Descriptor& socket, MutBytes buffer) {
  ssize_t got = 0;
  do {
    got = ::recv(socket.get(), buffer.data(), buffer.size(), MSG_TRUNC);
  } while (got < 0 && errno == EINTR);
  return got;
}

ssize_t send_one(const Descriptor& socket, Bytes datagram) {
  return ::send(socket.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL);
}

/// What became of a call that sent. Any error but these is of the network, and the datagram is lost.
Status status_of(ssize_t put) {
  if (put >= 0) return {};
  if (errno == EAGAIN) return Error::would_block;
  return errno == EMSGSIZE ? Error::too_long : Error::none;
}

/// Whether the system says that nothing can leave by this socket, perhaps because its local address is gone.
bool no_way(ssize_t put) { return put < 0 && errno != EAGAIN && errno != EMSGSIZE && errno != ECONNREFUSED; }

PosixResult<Descriptor> connect_to(const Address& address) {
  SocketAddress name = socket_address_of(address);
  Descriptor socket = make_socket(name.storage.ss_family, SOCK_DGRAM);
  if (!socket.valid() || ::connect(socket.get(), name.get(), name.size) != 0) return last_error();
  return socket;
}

/// The local address of a socket, without its port.
Address source_of(const Descriptor& socket) {
  auto bound = bound_address(socket);
  if (!bound.ok()) return {};
  bound.value().set_port(0);
  return address_of(bound.value());
}

}  // namespace

PosixResult<UdpClient> UdpClient::connect(const std::string& host, std::uint16_t port) {
  auto addresses = resolve(host, port);
  if (!addresses.ok()) return addresses.error();
  return connect(std::move(addresses.value()));
}

PosixResult<UdpClient> UdpClient::connect(std::vector<Address> addresses) {
  UdpClient client(std::move(addresses));
  const std::error_code error = client.use_first();
  if (error) return error;
  return client;
}

/// Uses the first address that a way leads to. Otherwise gives the first error. A socket knows its local address from
/// when it was connected, so a new one shows which is the right one now. The old one stays if that is the same, since
/// its port is what the server knows.
std::error_code UdpClient::use_first() {
  std::error_code first_error;
  for (std::size_t i = 0; i < addresses_.size(); ++i) {
    auto socket = connect_to(addresses_.front());
    if (socket.ok()) {
      const bool same = in_use_ == addresses_.front() && source_of(socket_) == source_of(socket.value());
      if (!same) {
        socket_ = std::move(socket.value());
        ++fd_changes_;
      }
      in_use_ = addresses_.front();
      return {};
    }
    if (!first_error) first_error = socket.error();
    try_next();
  }
  return first_error;
}

void UdpClient::try_next() { std::rotate(addresses_.begin(), addresses_.begin() + 1, addresses_.end()); }

/// The server does not hear us, or we do not hear it. Tries its next address, and ours anew.
void UdpClient::find_way() {
  unanswered_ = 0;
  try_next();
  // If no other way is open, the one before stays.
  static_cast<void>(use_first());
}

/// After a call that failed, of which errno says why.
void UdpClient::note_failure() {
  if (errno != ECONNREFUSED || heard_) return;
  refused_ = true;
  find_way();
}

Result<Received> UdpClient::receive(MutBytes buffer) {
  if (!socket_.valid()) return Error::connection_lost;
  const ssize_t got = receive_one(socket_, buffer);
  if (got < 0) {
    note_failure();
    return Received{};
  }
  if (!heard_) addresses_.assign(1, in_use_);
  heard_ = true;
  refused_ = false;
  unanswered_ = 0;
  return Received{whole(static_cast<std::size_t>(got), buffer, counters_), {}};
}

Status UdpClient::send(Bytes datagram, const Address& /*to*/) {
  if (!socket_.valid()) return Error::connection_lost;
  if (datagram.empty()) return Error::invalid_argument;
  if (unanswered_ == kSilence) find_way();
  ssize_t put = send_one(socket_, datagram);
  if (no_way(put)) {
    find_way();
    put = send_one(socket_, datagram);
  }
  const Status status = status_of(put);
  if (put >= 0) {
    ++unanswered_;
  } else {
    note_failure();
  }
  return status;
}

}  // namespace pawl
