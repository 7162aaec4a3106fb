// SPDX-License-Identifier: Apache-2.0
#include <pawl/port/datagram_server_pump.hpp>
#include <pawl/wire/frame.hpp>
#include <utility>

namespace pawl {
namespace {

std::optional<Instant> sooner(std::optional<Instant> a, std::optional<Instant> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

/// When the session needs a look at the latest.
std::optional<Instant> due(const DatagramServerSession& session) {
  return session.event_waits() ? at_once() : session.deadline();
}

}  // namespace

std::optional<DatagramServerPump::Happening> DatagramServerPump::run(Instant now) {
  more_ = false;
  if (current_) send(*current_, now);
  if (blocked_) send_blocked(now);
  auto happening = next_event();
  if (!happening) happening = keep_time(now);
  for (int i = 0; !happening && receive(now); ++i) {
    more_ = i == kDatagramsAtOnce;
    if (more_) break;
    happening = next_event();
  }
  return happening;
}

std::optional<DatagramServerPump::Happening> DatagramServerPump::next_event() {
  if (!current_) return std::nullopt;
  const std::size_t place = *current_;
  const Event event = server_.session(place).next_event();
  if (is_event(event)) return Happening{place, event};
  due_ = sooner(due_, server_.session(place).deadline());
  current_.reset();
  return std::nullopt;
}

/// Looks through all sessions once the first of them is due, and goes on after an event where it was.
std::optional<DatagramServerPump::Happening> DatagramServerPump::keep_time(Instant now) {
  if (scan_ == server_.places()) {
    if (!due_ || *due_ > now) return std::nullopt;
    scan_ = 0;
    due_.reset();
  }
  while (scan_ < server_.places()) {
    const std::size_t place = scan_++;
    const auto due_then = due(server_.session(place));
    if (due_then && *due_then <= now) {
      server_.advance(place, now);
      current_ = place;
      send(place, now);
      if (auto happening = next_event()) return happening;
    } else {
      due_ = sooner(due_, due_then);
    }
  }
  return std::nullopt;
}

/// False if there is no datagram.
bool DatagramServerPump::receive(Instant now) {
  if (early_size_ > 0 && server_.session(early_place_).is_open()) {
    take(early_.first(std::exchange(early_size_, 0)), early_from_, now);
    return true;
  }
  const auto got = transport_.receive(buffer_);
  lost_ = !got.ok();
  if (lost_ || got.value().size == 0) return false;
  take(buffer_.first(got.value().size), got.value().from, now);
  return true;
}

void DatagramServerPump::take(MutBytes datagram, const Address& from, Instant now) {
  // On a line with one peer a frame may end the other sessions. Everywhere else a datagram moves none but its own.
  if (datagram[0] == kFrameMarker && from.bytes().empty()) due_ = at_once();
  current_ = server_.receive(datagram, from, now);
  // The transport takes it or loses it. The client asks again.
  if (!server_.reply().empty()) static_cast<void>(transport_.send(server_.reply(), from));
  server_.replied();
  if (!current_) return;
  keep_early(datagram, from);
  send(*current_, now);
}

/// A record that came before the ClientFinish of its session (PROTOCOL.md 13.1). The session has not touched it.
void DatagramServerPump::keep_early(Bytes datagram, const Address& from) {
  const DatagramServerSession& session = server_.session(*current_);
  const bool early = datagram[0] != kFrameMarker && session.is_half_open() && session.peer() == from;
  if (!early || datagram.size() > early_.size()) return;
  copy(datagram, early_);
  early_size_ = datagram.size();
  early_from_ = from;
  early_place_ = *current_;
}

void DatagramServerPump::touch(std::size_t place, Instant now) {
  send(place, now);
  due_ = sooner(due_, due(server_.session(place)));
}

void DatagramServerPump::send(std::size_t place, Instant now) {
  DatagramServerSession& session = server_.session(place);
  while (!session.outgoing().empty()) {
    const Status put = transport_.send(session.outgoing(), session.peer());
    if (put.error() == Error::would_block) {
      blocked_ = true;
      return;
    }
    lost_ = put.error() == Error::connection_lost;
    // What did not leave is lost, as it may be anywhere on its way.
    session.sent(now);
  }
}

void DatagramServerPump::send_blocked(Instant now) {
  blocked_ = false;
  for (std::size_t place = 0; place < server_.places() && !blocked_; ++place) send(place, now);
}

std::optional<Instant> DatagramServerPump::deadline() const {
  const bool goes_on = more_ || current_ || scan_ < server_.places();
  return goes_on ? at_once() : due_;
}

}  // namespace pawl
