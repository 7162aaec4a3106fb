// SPDX-License-Identifier: Apache-2.0
// What comes in, the handshake and the end. open_session.cpp has the rest.
#include <new>

#include <pawl/base/config.hpp>
#include <pawl/session/refusal.hpp>
#include <pawl/session/session.hpp>

namespace pawl {
namespace {

bool settings_valid(const Settings& settings) {
  return max_rx_valid(settings.max_rx) && idle_valid(settings.idle) && settings.soft_record_limit >= 1 &&
         settings.soft_record_limit <= DefaultConfig::kSoftRecordLimit;
}

}  // namespace

Session::Session(const Settings& settings, Random& random, MutBytes rx, MutBytes tx)
    : settings_(settings), random_(random), rx_(rx), outbox_(tx), secrets_(settings, random) {}

Session::~Session() {
  drop_secrets();
  wipe(rx_);
}

Status Session::start(Instant now) {
  if (phase_ != Phase::fresh) return Error::wrong_state;
  phase_ = Phase::handshake;
  began_ = now;
  if (rx_.size() < kMinBuffer || outbox_.capacity() < kMinBuffer || !settings_valid(settings_)) {
    end({Error::invalid_argument});
    return Error::invalid_argument;
  }
  own_max_rx_ = static_cast<std::uint16_t>(std::min<std::size_t>(settings_.max_rx, rx_.size() - kRecordHeaderSize));
  secrets_.handshake.own_max_rx = own_max_rx_;
  end_due_ = now_ + (is_client() ? Config::kClientHandshake : Config::kServerFirstByte);
  Writer out = outbox_.writer();
  return follow(settings_.role->start(secrets_.handshake, out), out);
}

void Session::set_clock(Instant now) { now_ = SessionTime::since(began_, now); }

// Input.

bool Session::takes_input() const { return news_ == News::none && (is_open() || awaits(Stage::frame)); }

Result<std::size_t> Session::receive(Bytes in, Instant now) {
  if (phase_ == Phase::fresh || rx_.empty()) return Error::wrong_state;
  set_clock(now);
  std::size_t taken = 0;
  bool goes_on = takes_input();
  while (goes_on && taken < in.size()) {
    if (want_ == 1) rx_size_ = 0;
    const Bytes part = in.subspan(taken, std::min(in.size() - taken, want_ - rx_size_));
    copy(part, rx_.subspan(rx_size_));
    rx_size_ += part.size();
    taken += part.size();
    if (rx_size_ < want_) break;
    take();
    goes_on = want_ > 1;
  }
  return taken;
}

/// Takes what was wanted, which is the first byte, the header or the whole of a frame or record. Afterwards the rest is
/// wanted. Behind the whole, and after any failure, it is the next first byte.
void Session::take() {
  const bool is_frame = rx_[0] == kFrameMarker;
  const std::size_t header_size = is_frame ? kFrameHeaderSize : kRecordHeaderSize;
  if (rx_size_ > header_size) {
    want_ = 1;
    return is_frame ? take_frame() : take_record();
  }
  Status taken;
  if (rx_size_ == 1) {
    taken = take_first_byte();
    want_ = header_size;
  } else {
    taken = is_frame ? take_frame_header() : take_record_header();
  }
  if (taken.ok()) return;
  want_ = 1;
  // A server does not answer a first byte that is not 0, because that is somebody else's protocol (section 4).
  fail(taken.error(), rx_size_ == 1 && opening());
}

Status Session::take_first_byte() {
  const bool is_frame = rx_[0] == kFrameMarker;
  // In an open session a client may still be refused. That is the only frame.
  if (is_open()) return begins_record(rx_[0]) || (is_frame && is_client()) ? Error::none : Error::malformed;
  if (!is_frame) return Error::malformed;
  if (opening()) end_due_ = now_ + Config::kServerHandshake;
  return Error::none;
}

Status Session::take_frame_header() {
  const auto header = parse_frame_header(rx_.first<kFrameHeaderSize>());
  // Only a first frame of another version is answered as such (section 4).
  if (!header.ok()) return is_client() || opening() ? header.error() : Error::malformed;
  want_ = kFrameHeaderSize + header.value().length;
  if (is_client() && header.value().type == FrameType::reject) return Error::none;
  const bool awaited = begins() && header.value().type == secrets_.handshake.awaits;
  return awaited && want_ <= rx_.size() ? Error::none : Error::malformed;
}

Status Session::take_record_header() {
  const auto header = parse_record_header(rx_.first<kRecordHeaderSize>(), own_max_rx_);
  want_ = kRecordHeaderSize + header.value().length;
  return header.error();
}

void Session::take_frame() {
  const Bytes frame = rx_.first(rx_size_);
  if (frame[kFrameTypeAt] != static_cast<std::uint8_t>(FrameType::reject)) {
    Writer out = outbox_.writer();
    static_cast<void>(follow(settings_.role->receive(secrets_.handshake, frame, out), out));
    return;
  }
  const Closed refused = refusal(parse_reject(frame.subspan(kFrameHeaderSize)));
  if (refused.error == Error::malformed) return fail(Error::malformed);
  outbox_.clear();
  end(refused);
}

void Session::take_record() {
  const MutBytes record = rx_.first(rx_size_);
  const auto header = parse_record_header(record.first<kRecordHeaderSize>(), own_max_rx_);
  const auto content = secrets_.open.opener.open(header.value(), record);
  if (content.error() == Error::tampered) return fail(content.error());
  heard();
  if (content.ok()) return receive_content(content.value());
  begin_close(CloseReason::protocol, Error::protocol);
}

// The handshake.

/// Follows the handshake to where one step of it has led. `out` is what the step wrote to the outbox.
Status Session::follow(Status step, const Writer& out) {
  // What was wanted for this step is provided, whether the application took the event or not.
  news_ = News::none;
  // Every honest frame fits kMinBuffer.
  if (step.ok() && !out.ok()) step = Error::malformed;
  if (!step.ok()) {
    fail(step.error());
    return step;
  }
  outbox_.commit(out.written().size());
  if (awaits(Stage::open)) {
    open();
  } else if (awaits(Stage::enrolment) || awaits(Stage::derivation)) {
    news_ = News::wish;
  }
  return step;
}

void Session::open() {
  Handshake& h = secrets_.handshake;
  SessionSecrets secrets;
  derive_session_secrets(h.hs, h.transcript.digest(), settings_.role->side, secrets);
  if (settings_.role->opened != nullptr) settings_.role->opened(h);
  peer_max_rx_ = h.peer_max_rx;
  idle_ = h.idle;
  user_ = h.user;
  drop_secrets();
  new (&secrets_.open) Open(static_cast<SessionSecrets&&>(secrets));
  phase_ = Phase::open;
  news_ = News::established;
  end_due_ = now_ + Config::kSessionLifetime;
  rekey_due_ = now_ + Config::kEpochAge;
  heard();
}

void Session::say_refused(Error error, std::uint16_t retry_after) {
  Writer out = outbox_.writer();
  settings_.role->refuse(error, retry_after, out);
  outbox_.commit(out.written().size());
}

Status Session::provide(const Enrolment& enrolment, Instant /*now*/) {
  if (!awaits(Stage::enrolment)) return Error::wrong_state;
  if (!enrolment_fits(secrets_.handshake, enrolment)) return Error::invalid_argument;
  Writer out = outbox_.writer();
  return follow(provide_enrolment(secrets_.handshake, &enrolment, out), out);
}

Status Session::provide(const Ticket& ticket, const Enrolment& enrolment, Instant /*now*/) {
  if (!awaits(Stage::enrolment)) return Error::wrong_state;
  Writer out = outbox_.writer();
  return follow(provide_ticket(secrets_.handshake, ticket, enrolment, out), out);
}

Status Session::set_resumption(Resumption& resumption) {
  if (!awaits(Stage::enrolment)) return Error::wrong_state;
  secrets_.handshake.resumption = &resumption;
  return Error::none;
}

Status Session::provide_none(Instant /*now*/) {
  if (!awaits(Stage::enrolment)) return Error::wrong_state;
  Writer out = outbox_.writer();
  return follow(provide_enrolment(secrets_.handshake, nullptr, out), out);
}

Status Session::refuse(std::uint16_t retry_after, Instant /*now*/) {
  if (!awaits(Stage::enrolment)) return Error::wrong_state;
  say_refused(Error::busy, retry_after);
  end({Error::busy, CloseReason::normal, retry_after});
  return Error::none;
}

Status Session::provide(const ClientCredential& credential, Instant now) {
  if (!awaits(Stage::derivation)) return Error::wrong_state;
  if (!credential_fits(secrets_.handshake, credential)) return Error::invalid_argument;
  set_clock(now);
  if (now_ > SessionTime() + Config::kSlowDerivation) {
    fail(Error::derivation_slow);
    return Error::none;
  }
  Writer out = outbox_.writer();
  return follow(provide_credential(secrets_.handshake, credential, out), out);
}

// Time.

std::optional<Instant> Session::deadline() const {
  if (phase_ == Phase::fresh || phase_ == Phase::over) return std::nullopt;
  if (has_work()) return at_once();
  SessionTime next = end_due_;
  if (phase_ == Phase::open) {
    next = std::min({next, idle_due_, ping_due_});
    if (can_rekey() && !rekey_wanted_) next = std::min(next, rekey_due_);
  }
  return began_ + milliseconds(next.ms);
}

void Session::advance(Instant now) {
  set_clock(now);
  if (is_open()) return advance_open();
  if (phase_ != Phase::handshake) return;
  if (now_ >= end_due_) return fail(awaits(Stage::derivation) ? Error::derivation_slow : Error::timeout, true);
  if (!has_work()) return;
  Writer out = outbox_.writer();
  static_cast<void>(follow(settings_.role->work(secrets_.handshake, out), out));
}

// The end.

/// The peer, or time, has put an end to it. In an open session the peer is told nothing of it (section 11.3). In a
/// handshake it is told what the role has for it, unless the end is to be silent.
void Session::fail(Error error, bool silent) {
  if (is_open()) {
    error = Error::tampered;
  } else if (error == Error::crypto_failed) {
    error = Error::malformed;  // which check failed is nobody's business but the server's
  }
  if (is_open() || is_client()) {
    outbox_.clear();
  } else if (!silent) {
    say_refused(error, 0);
  }
  end({error});
}

/// Ends, and so wipes, what the phase has had.
void Session::drop_secrets() {
  if (begins()) secrets_.handshake.~Handshake();
  if (is_open()) secrets_.open.~Open();
}

void Session::close(Instant now, CloseReason reason) {
  if (is_open()) {
    set_clock(now);
    begin_close(reason, Error::none);
  } else if (phase_ != Phase::over) {
    end({});
  }
}

void Session::end_of_stream(Instant /*now*/) {
  if (is_open()) return cut_off();
  // A server that was still waited for gave up. The derived credential will do next time.
  if (begins()) end({awaits(Stage::derivation) ? Error::derivation_slow : Error::connection_lost});
}

void Session::end(const Closed& closed) {
  // A wish that can no longer be granted is no event.
  if (news_ == News::wish) news_ = News::none;
  closed_ = closed;
  closed_.incomplete = receiving_message_;
  closed_waits_ = true;
  drop_secrets();
  phase_ = Phase::over;
}

Event Session::next_event() {
  const News news = news_;
  news_ = News::none;
  switch (news) {
    case News::wish: {
      const Handshake& h = secrets_.handshake;
      if (h.stage == Stage::enrolment) return CredentialWanted{h.user, h.kind, h.mode};
      return DerivationWanted{h.salt, h.iterations};
    }
    case News::established:
      return Established{};
    case News::message:
      return Message{message_, !receiving_message_};
    case News::ticket:
      return TicketReceived{message_};
    case News::none:
      break;
  }
  if (!closed_waits_) return {};
  closed_waits_ = false;
  return closed_;
}

// Buffers.

bool Session::detach() {
  const bool works = begins() && !awaits(Stage::frame);
  if (want_ > 1 || news_ != News::none || works || !outbox_.pending().empty()) return false;
  wipe(rx_);
  rx_ = {};
  outbox_ = Outbox({});
  return true;
}

Status Session::attach(MutBytes rx, MutBytes tx) {
  if (!rx_.empty()) return Error::wrong_state;
  if (rx.size() < std::max<std::size_t>(kMinBuffer, kRecordHeaderSize + own_max_rx_) || tx.size() < kMinBuffer) {
    return Error::invalid_argument;
  }
  rx_ = rx;
  outbox_ = Outbox(tx);
  return Error::none;
}

}  // namespace pawl
