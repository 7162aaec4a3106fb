// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <pawl/host/net/dialer.hpp>
#include <pawl/port/posix/tcp.hpp>

namespace pawl::host {

Dialer::Dialer(EventLoop& loop, std::vector<Address> addresses, Done done)
    : addresses_(std::move(addresses)), done_(std::move(done)), watch_(loop, *this) {
  begin(loop.clock().now());
}

/// The outcome is told from the loop, also if it is known at once.
void Dialer::begin(Instant now) {
  auto begun = tcp_begin_connect(addresses_[next_++]);
  until_ = others_left() ? std::optional(now + kPatience) : std::nullopt;
  if (begun.ok()) {
    socket_ = std::move(begun.value());
    return watch_.wait_for(socket_.get(), Interest::write, until_);
  }
  error_ = begun.error();
  watch_.wait_for(-1, Interest::none, at_once());
}

void Dialer::on_ready(Instant now) {
  const bool too_slow = until_ && now >= *until_;
  if (socket_.valid()) {
    const std::error_code state = tcp_connect_state(socket_);
    if (!state) return conclude(std::move(socket_));
    const bool in_progress = state == std::errc::operation_in_progress;
    if (in_progress && !too_slow) return;
    error_ = in_progress ? std::make_error_code(std::errc::timed_out) : state;
  }
  watch_.drop();
  socket_.reset();
  if (others_left()) return begin(now);
  conclude(error_);
}

void Dialer::conclude(PosixResult<Descriptor> result) {
  watch_.drop();
  const Done done = std::move(done_);
  done(std::move(result));
}

}  // namespace pawl::host
