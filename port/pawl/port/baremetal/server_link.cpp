// SPDX-License-Identifier: Apache-2.0
#include <pawl/port/baremetal/server_link.hpp>

namespace pawl {

ServerLink::ServerLink(const ServerSettings& settings, const Enrolment& enrolment, Random& random, UartLine& line)
    : enrolment_(enrolment),
      line_(line),
      first_(settings, random),
      second_(settings, random),
      server_(settings, random, sessions_, 1) {
  server_.cookies = DatagramServer::Cookies::never;
}

Event ServerLink::serve(Instant now) {
  line_.advance(now);
  if (line_.sending()) return {};
  finish_sending(now);
  Event event = take_event(now);
  if (!is_event(event) && !work(now)) {
    const MutBytes datagram = line_.receive();
    if (!datagram.empty()) static_cast<void>(server_.receive(datagram, Address(), now));
  }
  if (!is_event(event)) event = take_event(now);
  begin_sending(now);
  return event;
}

void ServerLink::finish_sending(Instant now) {
  if (!sending_) return;
  if (*sending_ == kPlaces) {
    server_.replied();
  } else {
    server_.session(*sending_).sent(now);
  }
  sending_.reset();
}

Event ServerLink::take_event(Instant now) {
  for (std::size_t place = 0; place < kPlaces; ++place) {
    Event event = event_of(place, now);
    if (is_event(event)) return event;
  }
  return {};
}

/// The next event of a place that is the application's concern.
Event ServerLink::event_of(std::size_t place, Instant now) {
  for (;;) {
    Event event = server_.session(place).next_event();
    if (const auto* wanted = std::get_if<CredentialWanted>(&event)) {
      provide(place, *wanted, now);
      continue;
    }
    if (std::holds_alternative<Established>(event)) open_ = place;
    if (!std::holds_alternative<Closed>(event)) return event;
    if (open_ == place) {
      open_.reset();
      return event;
    }
    // Of a handshake that failed, or of a session that another has taken the place of.
  }
}

void ServerLink::provide(std::size_t place, const CredentialWanted& wanted, Instant now) {
  const bool known = std::ranges::equal(wanted.user, enrolment_.user);
  static_cast<void>(server_.provide(place, known ? &enrolment_ : nullptr, now));
}

/// Does one step of work that is due, and says whether there was any.
bool ServerLink::work(Instant now) {
  for (std::size_t place = 0; place < kPlaces; ++place) {
    const auto due = server_.session(place).deadline();
    if (!due || *due > now) continue;
    server_.advance(place, now);
    return true;
  }
  return false;
}

void ServerLink::begin_sending(Instant now) {
  if (!server_.reply().empty()) {
    line_.send(server_.reply(), now);
    sending_ = kPlaces;
    return;
  }
  for (std::size_t place = 0; place < kPlaces && !sending_; ++place) {
    if (server_.session(place).outgoing().empty()) continue;
    line_.send(server_.session(place).outgoing(), now);
    sending_ = place;
  }
}

Status ServerLink::send(Bytes message, Instant now) {
  if (!open_) return Error::wrong_state;
  // While a datagram is on the line, its session has no room for another.
  if (sending_) return Error::would_block;
  return server_.session(*open_).send(message, now);
}

}  // namespace pawl
