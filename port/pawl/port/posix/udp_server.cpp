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

/// Room for what the system says, or is told, about the local address of a datagram.
struct alignas(cmsghdr) Control {
  std::array<std::uint8_t, CMSG_SPACE(sizeof(in6_pktinfo))> bytes{};
};

in6_addr mapped(in_addr v4) {
  in6_addr v6{};
  v6.s6_addr[10] = v6.s6_addr[11] = 0xff;
  std::memcpy(&v6.s6_addr[12], &v4, sizeof(v4));
  return v6;
}

template <class T>
T data_of(cmsghdr* control) {
  T data{};
  std::memcpy(&data, CMSG_DATA(control), sizeof(data));
  return data;
}

template <class T>
void put_control(msghdr& message, Control& room, int level, int type, const T& data) {
  message.msg_control = room.bytes.data();
  message.msg_controllen = CMSG_SPACE(sizeof(data));
  cmsghdr* control = CMSG_FIRSTHDR(&message);
  control->cmsg_level = level;
  control->cmsg_type = type;
  control->cmsg_len = CMSG_LEN(sizeof(data));
  std::memcpy(CMSG_DATA(control), &data, sizeof(data));
}

/// The local address that a datagram came to, IPv4 as ::ffff:a.b.c.d. The unspecified one if the system did not say.
in6_addr local_address(msghdr& message) {
  for (cmsghdr* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each)) {
    if (each->cmsg_level == IPPROTO_IPV6 && each->cmsg_type == IPV6_PKTINFO)
      return data_of<in6_pktinfo>(each).ipi6_addr;
    if (each->cmsg_level == IPPROTO_IP && each->cmsg_type == IP_PKTINFO) {
      return mapped(data_of<in_pktinfo>(each).ipi_spec_dst);
    }
  }
  return {};
}

/// Lets a datagram leave from `local`, or from where the routes say if that is unspecified. The interface is that of
/// the routes too, or of a link-local peer's address.
void leave_from(msghdr& message, Control& room, const in6_addr& local, bool v6_socket) {
  message.msg_controllen = 0;
  if (IN6_IS_ADDR_UNSPECIFIED(&local)) return;
  if (v6_socket) return put_control(message, room, IPPROTO_IPV6, IPV6_PKTINFO, in6_pktinfo{local, 0});
  in_pktinfo info{};
  std::memcpy(&info.ipi_spec_dst, &local.s6_addr[12], sizeof(info.ipi_spec_dst));
  put_control(message, room, IPPROTO_IP, IP_PKTINFO, info);
}

}  // namespace

/// The local addresses that datagrams came to, each with the number that Address::via() has room for. There are few. If
/// there are more than numbers, the one that got its number first loses it. Who asked that one is answered from another
/// address until it asks again.
class UdpServer::LocalAddresses {
 public:
  /// Never 0.
  std::uint8_t number_of(const in6_addr& address) {
    const auto same = [&](const in6_addr& each) { return std::memcmp(&each, &address, sizeof(each)) == 0; };
    auto* found = std::ranges::find_if(addresses_, same);
    if (found == addresses_.end()) {
      found = &addresses_[next_];
      *found = address;
      next_ = (next_ + 1) % addresses_.size();
    }
    return static_cast<std::uint8_t>(found - addresses_.begin() + 1);
  }
  /// The unspecified one for 0, or if no datagram came to any of that number.
  [[nodiscard]] in6_addr numbered(std::uint8_t number) const {
    return number == 0 ? in6_addr{} : addresses_[number - 1U];
  }

 private:
  std::array<in6_addr, UINT8_MAX> addresses_{};
  std::size_t next_ = 0;
};

/// Datagrams that one call has taken and receive() has not given yet.
class UdpServer::Arrivals {
 public:
  struct Datagram {
    Bytes bytes;
    /// Of all of it, which may be more than there was room for.
    std::size_t size;
    SocketAddress from;
    /// Of this machine's addresses, the one that it came to.
    in6_addr to;
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
      messages_[i].msg_hdr.msg_control = controls_[i].bytes.data();
      messages_[i].msg_hdr.msg_controllen = controls_[i].bytes.size();
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

  /// The next one. Its bytes are there until fill(). Only if not empty().
  Datagram next() {
    const std::size_t i = next_++;
    const iovec& part = parts_[i];
    const std::size_t size = messages_[i].msg_len;
    return {Bytes(static_cast<const std::uint8_t*>(part.iov_base), std::min(size, part.iov_len)), size, senders_[i],
            local_address(messages_[i].msg_hdr)};
  }

 private:
  std::vector<std::uint8_t> room_;
  std::array<SocketAddress, kMost> senders_;
  std::array<Control, kMost> controls_;
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
  void add(Bytes datagram, const SocketAddress& to, const in6_addr& from) {
    bytes_[count_].assign(datagram.begin(), datagram.end());
    receivers_[count_] = to;
    leave_from(messages_[count_].msg_hdr, controls_[count_], from, to.is_v6());
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
  std::array<Control, kMost> controls_;
  std::array<iovec, kMost> parts_{};
  std::array<mmsghdr, kMost> messages_{};
  std::size_t next_ = 0;
  std::size_t count_ = 0;
};

UdpServer::UdpServer(Descriptor socket, const Address& address, std::uint16_t port, bool v6)
    : socket_(std::move(socket)),
      address_(address),
      port_(port),
      v6_(v6),
      locals_(std::make_unique<LocalAddresses>()),
      arrivals_(std::make_unique<Arrivals>()),
      departures_(std::make_unique<Departures>()) {}
UdpServer::UdpServer(UdpServer&&) noexcept = default;
UdpServer& UdpServer::operator=(UdpServer&&) noexcept = default;
UdpServer::~UdpServer() = default;

PosixResult<UdpServer> UdpServer::serve(Descriptor socket) {
  auto bound = bound_address(socket);
  if (!bound.ok()) return bound.error();
  const bool v6 = bound.value().is_v6();
  const bool tells = v6 ? set_option(socket.get(), IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
                        : set_option(socket.get(), IPPROTO_IP, IP_PKTINFO, 1);
  if (!tells) return last_error();
  return UdpServer(std::move(socket), address_of(bound.value()), bound.value().port(), v6);
}

PosixResult<UdpServer> UdpServer::open(const std::string& address, std::uint16_t port) {
  auto socket = bind_to(address, port, SOCK_DGRAM);
  return socket.ok() ? serve(std::move(socket.value())) : socket.error();
}

PosixResult<std::vector<UdpServer>> UdpServer::open_each(const std::string& host, std::uint16_t port) {
  auto sockets = bind_to_each(host, port, SOCK_DGRAM);
  return sockets.ok() ? each_of<UdpServer>(std::move(sockets.value()), serve) : sockets.error();
}

PosixResult<UdpServer> UdpServer::adopt(Descriptor socket) {
  auto own = adopt_socket(std::move(socket), SOCK_DGRAM);
  return own.ok() ? serve(std::move(own.value())) : own.error();
}

Result<Received> UdpServer::receive(MutBytes buffer) {
  if (!socket_.valid()) return Error::connection_lost;
  if (arrivals_->empty()) {
    departures_->send(socket_);
    arrivals_->fill(socket_, buffer.size());
  }
  while (!arrivals_->empty()) {
    const auto [bytes, size, from, to] = arrivals_->next();
    const std::size_t got = whole(size, buffer, counters_);
    copy(bytes.first(got), buffer);
    if (got > 0) return Received{got, Address(address_of(from).bytes(), locals_->number_of(to))};
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
  departures_->add(datagram, *address, locals_->numbered(to.via()));
  if (arrivals_->empty()) departures_->send(socket_);
  return {};
}

bool UdpServer::sending() const { return socket_.valid() && !departures_->empty(); }

}  // namespace pawl
