// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <pawl/port/posix/resolve.hpp>
#include <pawl/port/posix/socket.hpp>
#include <pawl/port/posix/udp.hpp>

namespace pawl {
namespace {

/// One datagram; with MSG_TRUNC, so that one too long shows. -1: see errno.
ssize_t receive_one(const Descriptor& socket, MutBytes buffer) {
  ssize_t got = 0;
  do {
    got = ::recv(socket.get(), buffer.data(), buffer.size(), MSG_TRUNC);
  } while (got < 0 && errno == EINTR);
  return got;
}

/// What became of a call that sent; any error but these is of the network, and the datagram is lost.
Status status_of(ssize_t put) {
  if (put >= 0) return {};
  if (errno == EAGAIN) return Error::would_block;
  return errno == EMSGSIZE ? Error::too_long : Error::none;
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

/// Uses the first address that a way leads to, and makes it the first of all; else gives the first error.
std::error_code UdpClient::use_first() {
  std::error_code first_error;
  for (std::size_t i = 0; i < addresses_.size(); ++i) {
    SocketAddress address = socket_address_of(addresses_.front());
    Descriptor socket = make_socket(address.storage.ss_family, SOCK_DGRAM);
    if (socket.valid() && ::connect(socket.get(), address.get(), address.size) == 0) {
      socket_ = std::move(socket);
      return {};
    }
    if (!first_error) first_error = last_error();
    try_next();
  }
  return first_error;
}

void UdpClient::try_next() { std::rotate(addresses_.begin(), addresses_.begin() + 1, addresses_.end()); }

/// After a call that failed: see errno.
void UdpClient::note_failure() {
  if (errno != ECONNREFUSED || heard_) return;
  refused_ = true;
  if (addresses_.size() == 1) return;
  try_next();
  // If no other way is open, the one before stays.
  static_cast<void>(use_first());
}

Result<Received> UdpClient::receive(MutBytes buffer) {
  if (!socket_.valid()) return Error::connection_lost;
  const ssize_t got = receive_one(socket_, buffer);
  if (got < 0) {
    note_failure();
    return Received{};
  }
  heard_ = true;
  refused_ = false;
  return Received{whole(static_cast<std::size_t>(got), buffer, counters_), {}};
}

Status UdpClient::send(Bytes datagram, const Address& /*to*/) {
  if (!socket_.valid()) return Error::connection_lost;
  if (datagram.empty()) return Error::invalid_argument;
  const ssize_t put = ::send(socket_.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL);
  const Status status = status_of(put);
  if (put < 0) note_failure();
  return status;
}

}  // namespace pawl
