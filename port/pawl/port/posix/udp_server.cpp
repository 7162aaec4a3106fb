// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include <pawl/port/posix/socket.hpp>
#include <pawl/port/posix/udp.hpp>

namespace pawl {
namespace {

/// What UDP over IPv4 carries.
constexpr std::size_t kLongestDatagram = 65'507;
/// Datagrams that one call of the system takes or sends.
constexpr std::size_t kMost = 16;

}  // namespace

/// Datagrams that one call has taken and receive() has not given yet.
class UdpServer::Arrivals {
 public:
  struct Datagram {
    Bytes bytes;
    /// Of all of it, which may be more than there was room for.
    std::size_t size;
    Address from;
  };

  [[nodiscard]] bool empty() const { return next_ == count_; }

  /// Takes what waits, of each datagram at most `size` bytes. Only if empty(). Does not ask after a batch that was not
  /// full, until forget_end().
  void fill(const Descriptor& socket, std::size_t size) {
    if (ended_) return;
    room_.resize(kMost * size);
    for (std::size_t i = 0; i < kMost; ++i) {
      parts_[i] = {room_.data() + i * size, size};
      senders_[i].size = sizeof(sockaddr_storage);
      messages_[i] = {};
      messages_[i].msg_hdr.msg_name = senders_[i].get();
      messages_[i].msg_hdr.msg_namelen = senders_[i].size;
      messages_[i].msg_hdr.msg_iov = &parts_[i];
      messages_[i].msg_hdr.msg_iovlen = 1;
    }
    int got = 0;
    do {
      got = ::recvmmsg(socket.get(), messages_.data(), kMost, MSG_TRUNC, nullptr);
    } while (got < 0 && errno == EINTR);
    next_ = 0;
    count_ = static_cast<std::size_t>(std::max(got, 0));
    ended_ = count_ < kMost;
  }
  void forget_end() { ended_ = false; }

  /// The next one; its bytes are there until fill(). Only if not empty().
  Datagram next() {
    const std::size_t i = next_++;
    const iovec& part = parts_[i];
    const std::size_t size = messages_[i].msg_len;
    return {Bytes(static_cast<const std::uint8_t*>(part.iov_base), std::min(size, part.iov_len)), size,
            address_of(senders_[i])};
  }

 private:
  std::vector<std::uint8_t> room_;
  std::array<SocketAddress, kMost> senders_;
  std::array<iovec, kMost> parts_{};
  std::array<mmsghdr, kMost> messages_{};
  std::size_t next_ = 0;
  std::size_t count_ = 0;
  bool ended_ = false;
};

/// Datagrams that send() has taken and no call has sent yet.
class UdpServer::Departures {
 public:
  [[nodiscard]] bool empty() const { return next_ == count_; }
  [[nodiscard]] bool full() const { return count_ == kMost; }

  /// Takes a copy. Only if not full().
  void add(Bytes datagram, const SocketAddress& to) {
    bytes_[count_].assign(datagram.begin(), datagram.end());
    receivers_[count_] = to;
    ++count_;
  }

  /// Sends what the socket takes now. What the network will not have is lost.
  void send(const Descriptor& socket) {
    while (!empty()) {
      for (std::size_t i = next_; i < count_; ++i) {
        parts_[i] = {bytes_[i].data(), bytes_[i].size()};
        messages_[i].msg_hdr.msg_name = receivers_[i].get();
        messages_[i].msg_hdr.msg_namelen = receivers_[i].size;
        messages_[i].msg_hdr.msg_iov = &parts_[i];
        messages_[i].msg_hdr.msg_iovlen = 1;
      }
      const int sent = ::sendmmsg(socket.get(), &messages_[next_], static_cast<unsigned>(count_ - next_), MSG_NOSIGNAL);
      if (sent < 0 && errno == EAGAIN) return;
      if (sent >= 0 || errno != EINTR) next_ += static_cast<std::size_t>(std::max(sent, 1));
    }
    next_ = count_ = 0;
  }

 private:
  std::array<std::vector<std::uint8_t>, kMost> bytes_;
  std::array<SocketAddress, kMost> receivers_;
  std::array<iovec, kMost> parts_{};
  std::array<mmsghdr, kMost> messages_{};
  std::size_t next_ = 0;
  std::size_t count_ = 0;
};

UdpServer::UdpServer(Descriptor socket, std::uint16_t port, bool v6)
    : socket_(std::move(socket)),
      port_(port),
      v6_(v6),
      arrivals_(std::make_unique<Arrivals>()),
      departures_(std::make_unique<Departures>()) {}
UdpServer::UdpServer(UdpServer&&) noexcept = default;
UdpServer& UdpServer::operator=(UdpServer&&) noexcept = default;
UdpServer::~UdpServer() = default;

PosixResult<UdpServer> UdpServer::open(const std::string& address, std::uint16_t port) {
  auto socket = bind_to(address, port, SOCK_DGRAM);
  if (!socket.ok()) return socket.error();
  auto bound = bound_address(socket.value());
  if (!bound.ok()) return bound.error();
  return UdpServer(std::move(socket.value()), bound.value().port(), bound.value().is_v6());
}

Result<Received> UdpServer::receive(MutBytes buffer) {
  if (!socket_.valid()) return Error::connection_lost;
  if (arrivals_->empty()) {
    departures_->send(socket_);
    arrivals_->fill(socket_, buffer.size());
  }
  while (!arrivals_->empty()) {
    const auto [bytes, size, from] = arrivals_->next();
    const std::size_t got = whole(size, buffer, counters_);
    copy(bytes.first(got), buffer);
    if (got > 0) return Received{got, from};
  }
  arrivals_->forget_end();  // poll() tells of what comes from now on
  return Received{};
}

Status UdpServer::send(Bytes datagram, const Address& to) {
  if (!socket_.valid()) return Error::connection_lost;
  auto address = socket_address_of(to, v6_);
  if (datagram.empty() || !address) return Error::invalid_argument;
  if (datagram.size() > kLongestDatagram) return Error::too_long;
  if (departures_->full()) departures_->send(socket_);
  if (departures_->full()) return Error::would_block;
  departures_->add(datagram, *address);
  if (arrivals_->empty()) departures_->send(socket_);
  return {};
}

bool UdpServer::sending() const { return socket_.valid() && !departures_->empty(); }

}  // namespace pawl
