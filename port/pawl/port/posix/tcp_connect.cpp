// SPDX-License-Identifier: Apache-2.0
#include <poll.h>

#include <algorithm>
#include <climits>

#include <pawl/port/posix/clock.hpp>
#include <pawl/port/posix/socket.hpp>
#include <pawl/port/posix/tcp.hpp>

namespace pawl {
namespace {

/// How long an address may be silent before the next is tried beside it (RFC 8305).
constexpr Duration kAttemptDelay = milliseconds(250);

/// The families by turns, so that one that does not work costs little (RFC 8305). The one of the first address begins.
std::vector<Address> by_turns(const std::vector<Address>& addresses) {
  std::vector<Address> one;
  std::vector<Address> other;
  const auto size = addresses.front().bytes().size();
  for (const Address& each : addresses) (each.bytes().size() == size ? one : other).push_back(each);
  std::vector<Address> result;
  for (std::size_t i = 0; result.size() < addresses.size(); ++i) {
    if (i < one.size()) result.push_back(one[i]);
    if (i < other.size()) result.push_back(other[i]);
  }
  return result;
}

/// Attempts at several addresses, of which the first connection wins. The others end with the race.
class Race {
 public:
  Race(std::vector<Address> addresses, Instant end) : addresses_(std::move(addresses)), end_(end) {}

  PosixResult<Descriptor> run() {
    do {
      if (may_begin()) begin_next();
      const std::error_code error = wait();
      if (error) return error;
      if (winner_.valid()) return std::move(winner_);
    } while ((begun_ < addresses_.size() || !attempts_.empty()) && clock_.now() < end_);
    return first_error_ ? first_error_ : std::make_error_code(std::errc::timed_out);
  }

 private:
  struct Attempt {
    Descriptor socket;
    /// At the address that the resolver prefers.
    bool first;
  };

  [[nodiscard]] bool may_begin() { return begun_ < addresses_.size() && clock_.now() >= next_at_; }

  void begin_next() {
    next_at_ = clock_.now() + kAttemptDelay;
    const bool first = begun_ == 0;
    auto socket = tcp_begin_connect(addresses_[begun_++]);
    if (socket.ok()) {
      attempts_.push_back({std::move(socket.value()), first});
    } else {
      note_failure(first, socket.error());
    }
  }

  void note_failure(bool first, std::error_code error) {
    if (first) first_error_ = error;
    next_at_ = at_once();
  }

  /// Until an attempt has ended or the next one may begin.
  std::error_code wait() {
    std::vector<pollfd> polls;
    for (const Attempt& each : attempts_) polls.push_back({each.socket.get(), POLLOUT, 0});
    const Instant until = begun_ < addresses_.size() ? std::min(next_at_, end_) : end_;
    const Duration left = until - clock_.now();
    const int ready = ::poll(polls.data(), polls.size(), static_cast<int>(std::min<std::uint64_t>(left.ms, INT_MAX)));
    if (ready < 0) return errno == EINTR ? std::error_code() : last_error();
    // From behind, so that the rest keep their numbers.
    for (std::size_t i = polls.size(); i-- > 0;) {
      if (polls[i].revents != 0) take(i);
    }
    return {};
  }

  void take(std::size_t index) {
    const std::error_code error = tcp_connect_state(attempts_[index].socket);
    if (error) {
      note_failure(attempts_[index].first, error);
    } else {
      winner_ = std::move(attempts_[index].socket);
    }
    attempts_.erase(attempts_.begin() + static_cast<std::ptrdiff_t>(index));
  }

  std::vector<Address> addresses_;
  Instant end_;
  MonotonicClock clock_;
  std::size_t begun_ = 0;
  Instant next_at_{};
  std::vector<Attempt> attempts_;
  Descriptor winner_;
  std::error_code first_error_;
};

}  // namespace

PosixResult<Descriptor> tcp_begin_connect(const Address& address) {
  SocketAddress name = socket_address_of(address);
  Descriptor socket = make_socket(name.storage.ss_family, SOCK_STREAM);
  if (!socket.valid()) return last_error();
  const bool made = ::connect(socket.get(), name.get(), name.size) == 0;
  if (!made && errno != EINPROGRESS && errno != EINTR) return last_error();
  return socket;
}

std::error_code tcp_connect_state(const Descriptor& socket) {
  pollfd ready{socket.get(), POLLOUT, 0};
  if (::poll(&ready, 1, 0) == 0) return std::make_error_code(std::errc::operation_in_progress);
  int error = 0;
  socklen_t size = sizeof(error);
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) return last_error();
  return {error, std::generic_category()};
}

PosixResult<Descriptor> tcp_connect(const std::string& host, std::uint16_t port, Duration timeout) {
  auto addresses = resolve(host, port);
  return addresses.ok() ? tcp_connect(addresses.value(), timeout) : addresses.error();
}

PosixResult<Descriptor> tcp_connect(const std::vector<Address>& addresses, Duration timeout) {
  MonotonicClock clock;
  return Race(by_turns(addresses), clock.now() + timeout).run();
}

}  // namespace pawl
