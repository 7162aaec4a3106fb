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
  auto* handshake = std::get_if<Handshake>(&phase_);
  if (started_ || handshake == nullptr) return Error::wrong_state;
  started_ = true;
  if (rx_.size() < kMinBuffer || outbox_.capacity() < kMinBuffer || !settings_valid(settings_)) {
    end({Error::invalid_argument});
    return Error::invalid_argument;
  }
  own_max_rx_ = static_cast<std::uint16_t>(std::min<std::size_t>(settings_.max_rx, rx_.size() - kRecordHeaderSize));
  handshake->own_max_rx = own_max_rx_;
  deadline_ = now + (is_client() ? Config::kClientHandshake : Config::kServerFirstByte);
  Writer out = outbox_.writer();
  return follow(settings_.role->start(*handshake, out), out, now);
}

// Input.

bool Session::takes_input() const {
  if (event_waits()) return false;
  const auto* handshake = std::get_if<Handshake>(&phase_);
  return handshake != nullptr ? handshake->stage == Stage::frame : is_open();
}

void Session::want(Unit unit, std::size_t bytes) {
  unit_ = unit;
  want_ = bytes;
}

Result<std::size_t> Session::receive(Bytes in, Instant now) {
  if (!started_ || rx_.empty()) return Error::wrong_state;
  std::size_t taken = 0;
  bool goes_on = takes_input();
  while (goes_on && taken < in.size()) {
    if (unit_ == Unit::first_byte) rx_size_ = 0;
    const Bytes part = in.subspan(taken, std::min(in.size() - taken, want_ - rx_size_));
    copy(part, rx_.subspan(rx_size_));
    rx_size_ += part.size();
    taken += part.size();
    if (rx_size_ == want_) goes_on = take_unit(now);
  }
  return taken;
}

bool Session::take_unit(Instant now) {
  switch (unit_) {
    case Unit::first_byte:
      return take_first_byte(now);
    case Unit::frame_header:
      return take_frame_header();
    case Unit::record_header:
      return take_record_header();
    case Unit::frame:
      want(Unit::first_byte, 1);
      take_frame(now);
      return false;
    case Unit::record:
      want(Unit::first_byte, 1);
      take_record(now);
      return false;
  }
  return false;
}

bool Session::take_first_byte(Instant now) {
  const std::uint8_t first = rx_[0];
  if (const auto* handshake = std::get_if<Handshake>(&phase_)) {
    const bool opening = handshake->awaits == FrameType::client_hello;
    if (first != kFrameMarker) {
      // A server's first byte that is not 0 is somebody else's protocol (section 4).
      fail_handshake(Error::malformed, opening);
      return false;
    }
    if (opening) deadline_ = now + Config::kServerHandshake;
    want(Unit::frame_header, kFrameHeaderSize);
    return true;
  }
  // In an open session a client may still be refused; that is the only frame.
  if (first == kFrameMarker && is_client()) {
    want(Unit::frame_header, kFrameHeaderSize);
    return true;
  }
  if (begins_record(first)) {
    want(Unit::record_header, kRecordHeaderSize);
    return true;
  }
  fail_tampered();
  return false;
}

bool Session::take_frame_header() {
  const auto parsed = parse_frame_header(rx_.first<kFrameHeaderSize>());
  frame_header_ = parsed.value();
  const bool reject = is_client() && parsed.ok() && frame_header_.type == FrameType::reject;
  const auto* handshake = std::get_if<Handshake>(&phase_);
  if (handshake == nullptr) {
    if (!reject) fail_tampered();
  } else if (!parsed.ok()) {
    // Only a first frame of another version is answered as such (section 4).
    const bool first = handshake->awaits == FrameType::client_hello || is_client();
    fail_handshake(first ? parsed.error() : Error::malformed, false);
  } else if (!reject &&
             (frame_header_.type != handshake->awaits || kFrameHeaderSize + frame_header_.length > rx_.size())) {
    fail_handshake(Error::malformed, false);
  }
  want(Unit::frame, kFrameHeaderSize + frame_header_.length);
  return !std::holds_alternative<Over>(phase_);
}

bool Session::take_record_header() {
  const auto header = parse_record_header(rx_.first<kRecordHeaderSize>(), own_max_rx_);
  if (!header.ok()) {
    fail_tampered();
    return false;
  }
  want(Unit::record, kRecordHeaderSize + header.value().length);
  return true;
}

void Session::take_frame(Instant now) {
  const Bytes frame = rx_.first(rx_size_);
  if (frame_header_.type != FrameType::reject) {
    Writer out = outbox_.writer();
    static_cast<void>(follow(settings_.role->receive(handshake(), frame, out), out, now));
    return;
  }
  const Closed refused = read_reject(frame);
  if (refused.error != Error::malformed) {
    outbox_.clear();
    end(refused);
  } else if (is_open()) {
    fail_tampered();
  } else {
    fail_handshake(Error::malformed, false);
  }
}

void Session::take_record(Instant now) {
  Channel& channel = *std::get_if<Channel>(&phase_);
  const MutBytes record = rx_.first(rx_size_);
  const auto header = parse_record_header(record.first<kRecordHeaderSize>(), own_max_rx_);
  if (channel.receive(header.value(), record, now, event_).ok()) {
    settle(channel);
  } else {
    fail_tampered();
  }
}

void Session::end_of_stream(Instant /*now*/) {
  if (auto* channel = std::get_if<Channel>(&phase_)) {
    channel->end_of_stream();
    settle(*channel);
  } else if (std::holds_alternative<Handshake>(phase_)) {
    // A server that was still waited for gave up; the derived credential will do next time.
    end({handshake().stage == Stage::derivation ? Error::derivation_slow : Error::connection_lost});
  }
}

// The handshake.

/// Follows the handshake to where one step of it has led; `out` is what the step wrote to the outbox.
Status Session::follow(Status step, const Writer& out, Instant now) {
  // What was wanted for this step is provided, whether the application took the event or not.
  event_ = {};
  // Every honest frame fits kMinBuffer.
  if (step.ok() && !out.ok()) step = Error::malformed;
  if (!step.ok()) {
    fail_handshake(step.error(), false);
    return step;
  }
  outbox_.commit(out.written().size());
  if (handshake().stage == Stage::open) {
    open(handshake(), now);
  } else {
    announce(handshake());
  }
  return step;
}

void Session::announce(const Handshake& handshake) {
  if (handshake.stage == Stage::record) {
    event_.emplace<CredentialWanted>(CredentialWanted{handshake.user, handshake.kind, handshake.mode});
  }
  if (handshake.stage == Stage::derivation) {
    event_.emplace<DerivationWanted>(DerivationWanted{handshake.salt, handshake.iterations});
  }
}

void Session::open(const Handshake& handshake, Instant now) {
  SessionSecrets secrets;
  derive_session_secrets(handshake.hs, handshake.transcript.digest(), settings_.role->side, secrets);
  const Channel::Parameters parameters{handshake.peer_max_rx, handshake.idle, settings_.soft_record_limit};
  user_ = handshake.user;
  phase_.emplace<Channel>(static_cast<SessionSecrets&&>(secrets), parameters, random_, outbox_, now);
  event_.emplace<Established>();
}

void Session::fail_handshake(Error error, bool silent) {
  // Which check failed is nobody's business but the server's.
  if (error == Error::crypto_failed) error = Error::malformed;
  if (is_client()) {
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

Status Session::await(Stage stage) const {
  const auto* handshake = std::get_if<Handshake>(&phase_);
  return started_ && handshake != nullptr && handshake->stage == stage ? Error::none : Error::wrong_state;
}

Status Session::provide(const ServerRecord& record, Instant now) {
  PAWL_TRY(await(Stage::record));
  if (!record_fits(handshake(), record)) return Error::invalid_argument;
  Writer out = outbox_.writer();
  return follow(provide_record(handshake(), &record, out), out, now);
}

Status Session::provide_none(Instant now) {
  PAWL_TRY(await(Stage::record));
  Writer out = outbox_.writer();
  return follow(provide_record(handshake(), nullptr, out), out, now);
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
  if (deadline_ - now < milliseconds(Config::kClientHandshake.ms - Config::kSlowDerivation.ms)) {
    fail_handshake(Error::derivation_slow, true);
    return Error::none;
  }
  Writer out = outbox_.writer();
  return follow(provide_credential(handshake(), credential, out), out, now);
}

// The open session.

Result<std::size_t> Session::send(Bytes part, bool last, Instant now) {
  auto* channel = std::get_if<Channel>(&phase_);
  return channel != nullptr ? channel->send(part, last, now) : Error::wrong_state;
}

void Session::sent(std::size_t n, Instant now) {
  outbox_.consume(n);
  if (auto* channel = std::get_if<Channel>(&phase_)) channel->flush(now);
}

Status Session::rekey(Instant now) {
  auto* channel = std::get_if<Channel>(&phase_);
  if (channel == nullptr) return Error::wrong_state;
  channel->rekey(now);
  return Error::none;
}

Status Session::exporter(Bytes label, Bytes context, MutBytes out) const {
  const auto* channel = std::get_if<Channel>(&phase_);
  return channel != nullptr ? channel->exporter(label, context, out) : Error::wrong_state;
}

// Time and end.

std::optional<Instant> Session::deadline() const {
  if (std::holds_alternative<Over>(phase_) || !started_) return std::nullopt;
  if (const auto* channel = std::get_if<Channel>(&phase_)) return channel->deadline();
  return std::get_if<Handshake>(&phase_)->stage == Stage::work ? Instant{} : deadline_;
}

void Session::advance(Instant now) {
  if (!started_) return;
  if (auto* channel = std::get_if<Channel>(&phase_)) {
    channel->advance(now);
    settle(*channel);
    return;
  }
  const auto* handshake = std::get_if<Handshake>(&phase_);
  if (handshake == nullptr) return;
  if (now >= deadline_) {
    fail_handshake(handshake->stage == Stage::derivation ? Error::derivation_slow : Error::timeout, true);
  } else if (handshake->stage == Stage::work) {
    Writer out = outbox_.writer();
    static_cast<void>(follow(settings_.role->work(this->handshake(), out), out, now));
  }
}

void Session::close(Instant now, CloseReason reason) {
  if (auto* channel = std::get_if<Channel>(&phase_)) {
    channel->close(reason, Error::none, now);
  } else if (std::holds_alternative<Handshake>(phase_)) {
    end({});
  }
}

void Session::settle(const Channel& channel) {
  if (channel.ended()) end(channel.closed());
}

/// Section 11.3: the keys are wiped, nothing more is sent.
void Session::fail_tampered() {
  outbox_.clear();
  end({Error::tampered});
}

/// Leaving a phase destroys, and so wipes, its secrets.
void Session::end(const Closed& closed) {
  // A wish that can no longer be granted is no event.
  if (std::holds_alternative<CredentialWanted>(event_) || std::holds_alternative<DerivationWanted>(event_)) event_ = {};
  Closed report = closed;
  if (const auto* channel = std::get_if<Channel>(&phase_)) report.incomplete = channel->receiving_message();
  phase_.emplace<Over>(Over{report});
}

Event Session::next_event() {
  const Event event = event_;
  event_ = {};
  if (is_event(event)) return event;
  auto* over = std::get_if<Over>(&phase_);
  if (over == nullptr || over->reported) return {};
  over->reported = true;
  return over->closed;
}

// Buffers.

void Session::wipe_input() { wipe(rx_); }

bool Session::detach() {
  const bool work = std::holds_alternative<Handshake>(phase_) && std::get_if<Handshake>(&phase_)->stage != Stage::frame;
  if (unit_ != Unit::first_byte || event_waits() || work || !outbox_.pending().empty()) return false;
  wipe_input();
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
