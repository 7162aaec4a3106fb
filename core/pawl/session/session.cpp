// SPDX-License-Identifier: Apache-2.0
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
    : settings_(settings),
      random_(random),
      rx_(rx),
      outbox_(tx),
      phase_(std::in_place_type<Handshake>, settings, random) {}

Status Session::start(Instant now) {
  if (started_ || is_over()) return Error::wrong_state;
  started_ = true;
  began_ = now;
  if (rx_.size() < kMinBuffer || outbox_.capacity() < kMinBuffer || !settings_valid(settings_)) {
    end({Error::invalid_argument});
    return Error::invalid_argument;
  }
  own_max_rx_ = static_cast<std::uint16_t>(std::min<std::size_t>(settings_.max_rx, rx_.size() - kRecordHeaderSize));
  handshake().own_max_rx = own_max_rx_;
  deadline_ = SessionTime() + (is_client() ? Config::kClientHandshake : Config::kServerFirstByte);
  Writer out = outbox_.writer();
  return follow(settings_.role->start(handshake(), out), out, {});
}

// Input.

Stage Session::stage() const {
  const auto* handshake = std::get_if<Handshake>(&phase_);
  return handshake != nullptr ? handshake->stage : Stage::open;
}

bool Session::takes_input() const {
  return news_ == News::none && !is_over() && (is_open() || stage() == Stage::frame);
}

Result<std::size_t> Session::receive(Bytes in, Instant now) {
  if (!started_ || rx_.empty()) return Error::wrong_state;
  std::size_t taken = 0;
  bool goes_on = takes_input();
  while (goes_on && taken < in.size()) {
    if (want_ == 1) rx_size_ = 0;
    const Bytes part = in.subspan(taken, std::min(in.size() - taken, want_ - rx_size_));
    copy(part, rx_.subspan(rx_size_));
    rx_size_ += part.size();
    taken += part.size();
    if (rx_size_ < want_) break;
    take(at(now));
    goes_on = want_ > 1;
  }
  return taken;
}

/// Takes what was wanted: the first byte, the header or the whole of a frame or record. Afterwards the rest is wanted,
/// or, behind the whole and after any failure, the next first byte.
void Session::take(SessionTime now) {
  const bool is_frame = rx_[0] == kFrameMarker;
  const std::size_t header_size = is_frame ? kFrameHeaderSize : kRecordHeaderSize;
  if (rx_size_ > header_size) {
    want_ = 1;
    return is_frame ? take_frame(now) : take_record(now);
  }
  Status taken;
  if (rx_size_ == 1) {
    taken = take_first_byte(now);
    want_ = header_size;
  } else {
    taken = is_frame ? take_frame_header() : take_record_header();
  }
  if (taken.ok()) return;
  want_ = 1;
  // A server does not answer a first byte that is not 0: that is somebody else's protocol (section 4).
  fail(taken.error(), rx_size_ == 1 && opening());
}

Status Session::take_first_byte(SessionTime now) {
  const bool is_frame = rx_[0] == kFrameMarker;
  // In an open session a client may still be refused; that is the only frame.
  if (is_open()) return begins_record(rx_[0]) || (is_frame && is_client()) ? Error::none : Error::malformed;
  if (!is_frame) return Error::malformed;
  if (opening()) deadline_ = now + Config::kServerHandshake;
  return Error::none;
}

Status Session::take_frame_header() {
  const auto header = parse_frame_header(rx_.first<kFrameHeaderSize>());
  // Only a first frame of another version is answered as such (section 4).
  if (!header.ok()) return is_client() || opening() ? header.error() : Error::malformed;
  want_ = kFrameHeaderSize + header.value().length;
  if (is_client() && header.value().type == FrameType::reject) return Error::none;
  const bool awaited = !is_open() && header.value().type == handshake().awaits;
  return awaited && want_ <= rx_.size() ? Error::none : Error::malformed;
}

Status Session::take_record_header() {
  const auto header = parse_record_header(rx_.first<kRecordHeaderSize>(), own_max_rx_);
  want_ = kRecordHeaderSize + header.value().length;
  return header.error();
}

void Session::take_frame(SessionTime now) {
  const Bytes frame = rx_.first(rx_size_);
  if (frame[kFrameTypeAt] != static_cast<std::uint8_t>(FrameType::reject)) {
    Writer out = outbox_.writer();
    static_cast<void>(follow(settings_.role->receive(handshake(), frame, out), out, now));
    return;
  }
  const Closed refused = read_reject(frame);
  if (refused.error == Error::malformed) return fail(Error::malformed);
  outbox_.clear();
  end(refused);
}

void Session::take_record(SessionTime now) {
  const MutBytes record = rx_.first(rx_size_);
  const auto header = parse_record_header(record.first<kRecordHeaderSize>(), own_max_rx_);
  const auto message = channel().receive(header.value(), record, now, message_);
  if (!message.ok()) return fail(message.error());
  if (message.value()) news_ = channel().receiving_message() ? News::fragment : News::message;
  settle();
}

void Session::end_of_stream(Instant /*now*/) {
  if (is_open()) {
    channel().end_of_stream();
    settle();
  } else if (!is_over()) {
    // A server that was still waited for gave up; the derived credential will do next time.
    end({stage() == Stage::derivation ? Error::derivation_slow : Error::connection_lost});
  }
}

// The handshake.

/// Follows the handshake to where one step of it has led; `out` is what the step wrote to the outbox.
Status Session::follow(Status step, const Writer& out, SessionTime now) {
  // What was wanted for this step is provided, whether the application took the event or not.
  news_ = News::none;
  // Every honest frame fits kMinBuffer.
  if (step.ok() && !out.ok()) step = Error::malformed;
  if (!step.ok()) {
    fail(step.error());
    return step;
  }
  outbox_.commit(out.written().size());
  if (stage() == Stage::open) {
    open(now);
  } else if (stage() == Stage::record || stage() == Stage::derivation) {
    news_ = News::wish;
  }
  return step;
}

void Session::open(SessionTime now) {
  const Handshake& h = handshake();
  SessionSecrets secrets;
  derive_session_secrets(h.hs, h.transcript.digest(), settings_.role->side, secrets);
  const Channel::Parameters parameters{h.peer_max_rx, h.idle, settings_.soft_record_limit};
  user_ = h.user;
  phase_.emplace<Channel>(static_cast<SessionSecrets&&>(secrets), parameters, random_, outbox_, now);
  news_ = News::established;
}

/// The peer, or time, has put an end to it. What is told of it: in an open session nothing (section 11.3), in a
/// handshake what the role has for it, unless it is to be silent.
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

void Session::say_refused(Error error, std::uint16_t retry_after) {
  Writer out = outbox_.writer();
  settings_.role->refuse(error, retry_after, out);
  outbox_.commit(out.written().size());
}

Status Session::await(Stage wanted) const { return started_ && stage() == wanted ? Error::none : Error::wrong_state; }

Status Session::provide(const ServerRecord& record, Instant now) {
  PAWL_TRY(await(Stage::record));
  if (!record_fits(handshake(), record)) return Error::invalid_argument;
  Writer out = outbox_.writer();
  return follow(provide_record(handshake(), &record, out), out, at(now));
}

Status Session::provide_none(Instant now) {
  PAWL_TRY(await(Stage::record));
  Writer out = outbox_.writer();
  return follow(provide_record(handshake(), nullptr, out), out, at(now));
}

Status Session::refuse(std::uint16_t retry_after, Instant /*now*/) {
  PAWL_TRY(await(Stage::record));
  say_refused(Error::busy, retry_after);
  end({Error::busy, CloseReason::normal, retry_after});
  return Error::none;
}

Status Session::provide(const ClientCredential& credential, Instant now) {
  PAWL_TRY(await(Stage::derivation));
  if (!credential_fits(handshake(), credential)) return Error::invalid_argument;
  if (at(now) > SessionTime() + Config::kSlowDerivation) {
    fail(Error::derivation_slow);
    return Error::none;
  }
  Writer out = outbox_.writer();
  return follow(provide_credential(handshake(), credential, out), out, at(now));
}

// The open session.

Result<std::size_t> Session::send(Bytes part, bool last, Instant now) {
  return is_open() ? channel().send(part, last, at(now)) : Error::wrong_state;
}

void Session::sent(std::size_t n, Instant now) {
  outbox_.consume(n);
  if (is_open()) channel().flush(at(now));
}

Status Session::rekey(Instant now) {
  if (!is_open()) return Error::wrong_state;
  channel().rekey(at(now));
  return Error::none;
}

Status Session::exporter(Bytes label, Bytes context, MutBytes out) const {
  const auto* channel = std::get_if<Channel>(&phase_);
  return channel != nullptr ? channel->exporter(label, context, out) : Error::wrong_state;
}

// Time and end.

std::optional<Instant> Session::deadline() const {
  if (!started_ || is_over()) return std::nullopt;
  if (stage() == Stage::work) return Instant{};
  const auto* channel = std::get_if<Channel>(&phase_);
  return began_ + milliseconds((channel != nullptr ? channel->deadline() : deadline_).ms);
}

void Session::advance(Instant now) {
  if (!started_ || is_over()) return;
  if (is_open()) {
    channel().advance(at(now));
    settle();
  } else if (at(now) >= deadline_) {
    fail(stage() == Stage::derivation ? Error::derivation_slow : Error::timeout, true);
  } else if (stage() == Stage::work) {
    Writer out = outbox_.writer();
    static_cast<void>(follow(settings_.role->work(handshake(), out), out, at(now)));
  }
}

void Session::close(Instant now, CloseReason reason) {
  if (is_open()) {
    channel().close(reason, Error::none, at(now));
  } else if (!is_over()) {
    end({});
  }
}

void Session::settle() {
  if (channel().ended()) end(channel().closed());
}

/// Leaving a phase destroys, and so wipes, its secrets.
void Session::end(const Closed& closed) {
  // A wish that can no longer be granted is no event.
  if (news_ == News::wish) news_ = News::none;
  closed_ = closed;
  closed_.incomplete = is_open() && channel().receiving_message();
  closed_waits_ = true;
  phase_.emplace<Over>();
}

Event Session::next_event() {
  const News news = news_;
  news_ = News::none;
  switch (news) {
    case News::wish: {
      const Handshake& h = handshake();
      if (h.stage == Stage::record) return CredentialWanted{h.user, h.kind, h.mode};
      return DerivationWanted{h.salt, h.iterations};
    }
    case News::established:
      return Established{};
    case News::fragment:
    case News::message:
      return Message{message_, news == News::message};
    case News::none:
      break;
  }
  if (!closed_waits_) return {};
  closed_waits_ = false;
  return closed_;
}

// Buffers.

bool Session::detach() {
  const bool work = !is_over() && !is_open() && stage() != Stage::frame;
  if (want_ > 1 || news_ != News::none || work || !outbox_.pending().empty()) return false;
  wipe(rx_);
  rx_size_ = 0;
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
