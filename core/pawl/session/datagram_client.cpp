// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/session/datagram_client.hpp>
#include <pawl/session/frame_hash.hpp>
#include <pawl/session/refusal.hpp>

namespace pawl {
namespace {

/// The cookie field of a ClientHello as the transcript has it, whatever cookie is sent (PROTOCOL.md 7).
constexpr ByteArray<kCookieSize> kNoCookie{};

/// How many Retry frames a client follows in one attempt (PROTOCOL.md 13.2).
constexpr std::uint8_t kMaxRetries = 3;

}  // namespace

DatagramClient::DatagramClient(const ClientSettings& settings, Random& random, MutBytes tx,
                               std::span<std::uint32_t> windows)
    : DatagramEnd(tx),
      settings_(settings),
      random_(random),
      windows_(windows),
      phase_(std::in_place_type<Attempt>, settings, random) {}

Status DatagramClient::start(Instant now) {
  if (started_) return Error::wrong_state;
  started_ = true;
  if (slot_.capacity() < kMinDatagram || !datagram_settings_valid(settings_, windows_)) {
    end({Error::invalid_argument});
    return Error::invalid_argument;
  }
  Handshake& handshake = attempt().handshake;
  attempt().fields.cookie = kNoCookie;
  handshake.datagram = &attempt().fields;
  handshake.own_max_rx = settings_.max_rx;
  Writer out(slot_.space());
  const Status begun = settings_.role->start(handshake, out);
  if (!begun.ok()) {
    end({begun.error()});
    return begun;
  }
  attempt().scalar = P256Scalar(handshake.scalar.bytes());
  return follow(begun, out, now);
}

// Input.

bool DatagramClient::takes_input() const { return started_ && !event_waits() && !has_work(); }

Status DatagramClient::receive(MutBytes datagram, Instant now) {
  if (!started_) return Error::wrong_state;
  if (!takes_input()) return Error::would_block;
  if (datagram.empty()) return Error::none;
  if (const auto* closed = std::get_if<ClosedChannel>(&phase_)) {
    if (closed->is_repeat(datagram) && slot_.empty()) slot_.put(closed->answer());
  } else if (auto* open = std::get_if<Open>(&phase_)) {
    const auto received = open->channel.receive(datagram, now, slot_, event_);
    // The first record shows that ClientFinish has come (section 13.1).
    if (received.error == Error::none || received.error == Error::protocol) open->finish_wanted = false;
    settle(*open);
  } else if (std::holds_alternative<Attempt>(phase_)) {
    receive_frame(datagram, now);
  }
  return Error::none;
}

void DatagramClient::receive_frame(Bytes datagram, Instant now) {
  Attempt& a = attempt();
  const auto frame = parse_datagram_frame(datagram);
  const bool awaited = frame.ok() && a.handshake.stage == Stage::frame && frame.value() == a.handshake.awaits &&
                       datagram.size() <= a.received.size();
  if (awaited) {
    if (frame.value() == FrameType::server_hello) copy(datagram.subspan(kServerHelloCid, kCidSize), a.fields.cid);
    copy(datagram, a.received);
    Writer out(slot_.space());
    const Bytes kept = Bytes(a.received).first(datagram.size());
    static_cast<void>(follow(settings_.role->receive(a.handshake, kept, out), out, now));
  } else if (frame.ok() && frame.value() == FrameType::retry && a.handshake.awaits == FrameType::server_hello) {
    follow_retry(datagram.last(kCookieSize), now);
  } else if (frame.ok() && frame.value() == FrameType::reject) {
    note_reject(datagram, now);
  } else {
    ++counters_.dropped;
  }
}

/// Whoever sees our frames could have sent it. So it ends nothing at once, but says what to report if nothing better
/// comes. A frame that is refused for good need not be sent again (section 11.3).
void DatagramClient::note_reject(Bytes frame, Instant now) {
  Attempt& a = attempt();
  Closed refused{Error::malformed};
  if (a.handshake.stage == Stage::frame) {
    const Bytes last = slot_.space().first(a.frame_size);
    refused = refusal(parse_datagram_reject(frame.subspan(kFrameHeaderSize), reject_echo(frame_hash(last))));
  }
  if (refused.error == Error::malformed) {
    ++counters_.dropped;
    return;
  }
  a.outlook = refused;
  const Duration wait = a.handshake.kind == Kind::ticket ? Config::kTicketRefusedWait : Config::kRefusedWait;
  if (refused.error != Error::busy) retransmission_.cease(now, wait);
}

void DatagramClient::follow_retry(Bytes cookie, Instant now) {
  Attempt& a = attempt();
  if (a.handshake.stage != Stage::frame || a.retries == kMaxRetries) return;
  ++a.retries;
  copy(cookie, slot_.space().subspan(a.frame_size - kCookieSize));
  slot_.commit(a.frame_size);
  retransmission_ = Retransmission(now, Bytes(a.handshake.nonce).first<7>());
}

// The handshake.

/// Follows the handshake to where one step of it has led. `out` is what the step wrote to the slot.
Status DatagramClient::follow(Status step, const Writer& out, Instant now) {
  event_ = {};
  Attempt& a = attempt();
  if (!step.ok()) {
    fall_back(step.error());
    return step;
  }
  if (!out.written().empty()) {
    a.frame_size = out.written().size();
    a.outlook = {Error::timeout};
    slot_.commit(a.frame_size);
    retransmission_ = Retransmission(now, Bytes(a.handshake.nonce).first<7>());
  }
  if (a.handshake.stage == Stage::derivation) {
    a.asked = now;
    event_ = DerivationWanted{a.handshake.salt, a.handshake.iterations};
  }
  if (a.handshake.stage == Stage::open) open(now);
  return step;
}

/// What came was wrong, and may come from anybody. So the attempt goes on as if it had not come (section 11.3).
void DatagramClient::fall_back(Error error) {
  Attempt& a = attempt();
  ++counters_.dropped;
  a.outlook = {error == Error::crypto_failed ? Error::malformed : error};
  if (a.handshake.awaits != FrameType::server_hello) return;
  const Bytes hello = slot_.space().first(a.frame_size - kCookieSize);
  await_another_hello(a.handshake, hello, a.scalar);
}

void DatagramClient::open(Instant now) {
  Handshake& h = attempt().handshake;
  SessionSecrets secrets;
  derive_session_secrets(h.hs, h.transcript.digest(), Side::client, secrets);
  if (settings_.role->opened != nullptr) settings_.role->opened(h);
  const DatagramChannel::Parameters parameters{h.own_max_rx, h.peer_max_rx, h.idle, settings_.soft_record_limit};
  const bool proves_last = h.kind != Kind::password;
  const auto cid = attempt().fields.cid;
  Open& open =
      phase_.emplace<Open>(static_cast<SessionSecrets&&>(secrets), cid, parameters, windows_, random_, counters_, now);
  open.finish_wanted = proves_last;
  if (proves_last) copy(slot_.pending(), open.finish);
  event_ = Established{};
}

Status DatagramClient::provide(const ClientCredential& credential, Instant now) {
  auto* a = std::get_if<Attempt>(&phase_);
  if (a == nullptr || !started_ || a->handshake.stage != Stage::derivation) return Error::wrong_state;
  if (!credential_fits(a->handshake, credential)) return Error::invalid_argument;
  if (now - a->asked > Config::kSlowDerivation) {
    end({Error::derivation_slow});
    return Error::none;
  }
  Writer out(slot_.space());
  return follow(provide_credential(a->handshake, credential, out), out, now);
}

// The open session.

Status DatagramClient::send(Bytes message, Instant now) {
  auto* open = std::get_if<Open>(&phase_);
  return open != nullptr ? open->channel.send(message, now, slot_) : Error::wrong_state;
}

std::size_t DatagramClient::longest_message() const {
  const auto* open = std::get_if<Open>(&phase_);
  return open != nullptr ? open->channel.longest_message(slot_.capacity()) : 0;
}

void DatagramClient::sent(Instant now) {
  slot_.uncommit();
  auto* open = std::get_if<Open>(&phase_);
  if (open == nullptr) return;
  send_finish(*open);
  open->channel.flush(now, slot_);
}

Status DatagramClient::rekey(Instant now) {
  auto* open = std::get_if<Open>(&phase_);
  if (open == nullptr) return Error::wrong_state;
  open->channel.rekey(now, slot_);
  return Error::none;
}

Status DatagramClient::exporter(Bytes label, Bytes context, MutBytes out) const {
  const auto* open = std::get_if<Open>(&phase_);
  return open != nullptr ? open->channel.exporter(label, context, out) : Error::wrong_state;
}

void DatagramClient::send_finish(Open& open) {
  if (!open.finish_due || !slot_.empty()) return;
  open.finish_due = false;
  if (open.finish_wanted) slot_.put(open.finish);
}

// Time and end.

std::optional<Instant> DatagramClient::deadline() const {
  if (!started_) return std::nullopt;
  if (has_work()) return at_once();
  if (const auto* a = std::get_if<Attempt>(&phase_)) {
    return a->handshake.stage == Stage::derivation ? a->asked + Config::kSlowDerivation : retransmission_.deadline();
  }
  if (const auto* open = std::get_if<Open>(&phase_)) {
    const Instant next = open->channel.deadline(!slot_.empty());
    return open->finish_wanted ? std::min(next, retransmission_.deadline()) : next;
  }
  if (const auto* closed = std::get_if<ClosedChannel>(&phase_)) return closed->until();
  return std::nullopt;
}

bool DatagramClient::has_work() const {
  const auto* a = std::get_if<Attempt>(&phase_);
  return a != nullptr && a->handshake.stage == Stage::work;
}

void DatagramClient::advance(Instant now) {
  if (!started_) return;
  if (std::holds_alternative<Attempt>(phase_)) {
    advance_attempt(now);
  } else if (auto* open = std::get_if<Open>(&phase_)) {
    advance_open(*open, now);
  } else if (const auto* closed = std::get_if<ClosedChannel>(&phase_)) {
    if (now >= closed->until()) phase_.emplace<Over>();
  }
}

void DatagramClient::advance_attempt(Instant now) {
  Attempt& a = attempt();
  if (a.handshake.stage == Stage::work) {
    Writer out(slot_.space());
    // After a wrong answer comes what else is due, so that one such answer after another does not put it off.
    if (follow(settings_.role->work(a.handshake, out), out, now).ok()) return;
  }
  if (a.handshake.stage == Stage::derivation) {
    if (now - a.asked >= Config::kSlowDerivation) end({Error::derivation_slow});
  } else if (retransmission_.exhausted(now)) {
    end(a.outlook);
  } else if (retransmission_.due(now)) {
    ++counters_.retransmitted;
    slot_.commit(a.frame_size);
  }
}

void DatagramClient::advance_open(Open& open, Instant now) {
  if (open.finish_wanted && retransmission_.exhausted(now)) {
    end({Error::timeout});
    return;
  }
  if (open.finish_wanted && retransmission_.due(now)) {
    ++counters_.retransmitted;
    open.finish_due = true;
    send_finish(open);
  }
  open.channel.advance(now, slot_);
  settle(open);
}

void DatagramClient::close(Instant now, CloseReason reason) {
  if (auto* open = std::get_if<Open>(&phase_)) {
    open->channel.close(reason, Error::none, now, slot_);
    settle(*open);
  } else if (std::holds_alternative<Attempt>(phase_)) {
    end({});
  }
}

/// Leaving a phase destroys, and so wipes, its secrets.
void DatagramClient::settle(const Open& open) {
  if (!open.channel.ended()) return;
  const Closed closed = *open.channel.ended();
  const auto answering = open.channel.answering();
  end(closed);
  if (!answering) return;
  phase_.emplace<ClosedChannel>(*answering);
  slot_.put(answering->answer());
}

void DatagramClient::end(const Closed& closed) {
  if (std::holds_alternative<Attempt>(phase_)) slot_.uncommit();
  if (std::holds_alternative<DerivationWanted>(event_)) event_ = {};
  closed_ = closed;
  phase_.emplace<Over>();
}

}  // namespace pawl
