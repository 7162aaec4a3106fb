// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/session/datagram_server_session.hpp>
#include <pawl/session/frame_hash.hpp>

namespace pawl {
namespace {

/// How many times as much as came from an unproved address is sent there (PROTOCOL.md 13.4).
constexpr std::size_t kAmplification = 3;

}  // namespace

DatagramServerSession::DatagramServerSession(const ServerSettings& settings, Random& random, MutBytes tx,
                                             std::span<std::uint32_t> windows)
    : DatagramEnd(tx), settings_(settings), random_(random), windows_(windows) {}

bool DatagramServerSession::vacant() const {
  return std::holds_alternative<Vacant>(phase_) && !event_waits() && slot_.empty();
}

// The handshake.

void DatagramServerSession::accept(Bytes frame, const Sha256::Digest& hash, bool cookie_good, const Address& from,
                                   Instant now) {
  event_ = {};
  closed_.reset();
  slot_.uncommit();
  counters_ = {};
  address_ = from;
  path_.reset();
  cookie_good_ = cookie_good;
  hello_hash_ = hash;
  user_ = {};
  began_ = answered_ = now;
  Attempt& a = phase_.emplace<Attempt>(settings_, random_);
  a.handshake.datagram = &fields_;
  a.handshake.own_max_rx = settings_.max_rx;
  Handshake& h = a.handshake;
  // A ticket is read at once.
  const bool kept = frame.size() <= a.received.size();
  if (kept) copy(frame, a.received);
  Writer out(slot_.space());
  Status step = settings_.role->start(h, out);
  if (step.ok()) step = settings_.role->receive(h, kept ? Bytes(a.received).first(frame.size()) : frame, out);
  static_cast<void>(follow(step, out, now));
  if (kept || !is_half_open()) return;
  h.user = {};
  copy(h.peer_share, a.received);
  h.peer_share = Bytes(a.received).first(h.peer_share.size());
}

bool DatagramServerSession::is_for(const Sha256::Digest& hash, const Address& from) const {
  return (is_half_open() || is_open()) && hello_hash_ == hash && address_ == from;
}

bool DatagramServerSession::has_cid(Bytes cid) const {
  return u32_at(cid.data()) == u32_at(fields_.cid.data()) && !std::holds_alternative<Vacant>(phase_);
}

/// The ServerHello may have been lost.
void DatagramServerSession::hello_again(Instant now) {
  auto* a = std::get_if<Attempt>(&phase_);
  if (a == nullptr || a->handshake.stage != Stage::frame) return;
  ++counters_.retransmitted;
  answered_ = now;
  slot_.commit(a->frame_size);
}

Bytes DatagramServerSession::receive_finish(Bytes frame, const Address& from, Instant now) {
  const auto hash = frame_hash(frame);
  if (auto* open = std::get_if<Open>(&phase_)) {
    const bool again = hash == finish_hash_ && now < open->finish_until;
    return again ? finish_again(*open, frame.size(), from, now) : Bytes();
  }
  auto* a = std::get_if<Attempt>(&phase_);
  if (a == nullptr || a->handshake.stage != Stage::frame || frame.size() > a->received.size()) return {};
  finish_hash_ = hash;
  a->finish_from = from;
  a->finish_size = frame.size();
  copy(frame, a->received);
  Writer out(slot_.space());
  static_cast<void>(
      follow(settings_.role->receive(a->handshake, Bytes(a->received).first(frame.size()), out), out, now));
  return {};
}

/// The client has not heard that it is let in, perhaps because it has moved.
Bytes DatagramServerSession::finish_again(Open& open, std::size_t size, const Address& from, Instant now) {
  if (open.finish_size > 0) {
    ++counters_.retransmitted;
    return Bytes(open.finish).first(open.finish_size);
  }
  if (from == address_) {
    open.channel.repeat_ping(now, slot_);
  } else {
    check_path(from, size, now);
  }
  return {};
}

Status DatagramServerSession::follow(Status step, const Writer& out, Instant now) {
  event_ = {};
  Attempt& a = *std::get_if<Attempt>(&phase_);
  if (step.ok() && !out.ok()) step = Error::malformed;
  if (!step.ok()) {
    const Error error = step.error() == Error::crypto_failed ? Error::malformed : step.error();
    refuse(error, 0, a.handshake.awaits == FrameType::client_hello ? hello_hash_ : finish_hash_);
    return step;
  }
  if (!out.written().empty()) {
    a.frame_size = out.written().size();
    slot_.commit(a.frame_size);
    answered_ = now;
  }
  if (a.handshake.stage == Stage::enrolment)
    event_ = CredentialWanted{a.handshake.user, a.handshake.kind, a.handshake.mode};
  if (a.handshake.stage == Stage::open) open(now);
  return step;
}

Status DatagramServerSession::provide(const Enrolment* enrolment, Instant now) {
  Attempt* const a = awaiting_enrolment();
  if (a == nullptr) return Error::wrong_state;
  if (enrolment != nullptr && !enrolment_fits(a->handshake, *enrolment)) return Error::invalid_argument;
  Writer out(slot_.space());
  const Status step = provide_enrolment(a->handshake, enrolment, out);
  return follow(step, out, now);
}

Status DatagramServerSession::provide(const Ticket& ticket, const Enrolment& enrolment, Instant now) {
  Attempt* const a = awaiting_enrolment();
  if (a == nullptr) return Error::wrong_state;
  Writer out(slot_.space());
  const Status step = provide_ticket(a->handshake, ticket, enrolment, out);
  return follow(step, out, now);
}

Status DatagramServerSession::set_resumption(Resumption& resumption) {
  Attempt* const a = awaiting_enrolment();
  if (a == nullptr) return Error::wrong_state;
  a->handshake.resumption = &resumption;
  return Error::none;
}

DatagramServerSession::Attempt* DatagramServerSession::awaiting_enrolment() {
  auto* a = std::get_if<Attempt>(&phase_);
  return a != nullptr && a->handshake.stage == Stage::enrolment ? a : nullptr;
}

Status DatagramServerSession::refuse(std::uint16_t retry_after, Instant /*now*/) {
  if (awaiting_enrolment() == nullptr) return Error::wrong_state;
  refuse(Error::busy, retry_after, hello_hash_);
  return Error::none;
}

void DatagramServerSession::refuse(Error error, std::uint16_t retry_after, const Sha256::Digest& answered) {
  end({error, CloseReason::normal, retry_after});
  slot_.put(datagram_reject_frame({reject_code(error), retry_after}, reject_echo(answered)));
}

void DatagramServerSession::open(Instant now) {
  Attempt& a = *std::get_if<Attempt>(&phase_);
  Handshake& h = a.handshake;
  const Address from = a.finish_from;
  const std::size_t finish_size = a.finish_size;
  SessionSecrets secrets;
  derive_session_secrets(h.hs, h.transcript.digest(), Side::server, secrets);
  if (settings_.role->opened != nullptr) settings_.role->opened(h);
  const DatagramChannel::Parameters parameters{h.own_max_rx, h.peer_max_rx, h.idle, settings_.soft_record_limit};
  const bool proved_last = h.kind == Kind::password;
  user_ = h.user;
  Open& open = phase_.emplace<Open>(static_cast<SessionSecrets&&>(secrets), fields_.cid, parameters, windows_, random_,
                                    counters_, now);
  open.finish_until = now + Config::kFinishKept;
  if (proved_last) {
    open.finish_size = slot_.pending().size();
    copy(slot_.pending(), open.finish);
  } else {
    // Shows the client that its ClientFinish has come (section 13.1).
    slot_.uncommit();
    open.channel.ping(now, slot_);
  }
  event_ = Established{};
  if (from != address_) check_path(from, finish_size, now);
}

// The open session.

void DatagramServerSession::receive_record(MutBytes datagram, const Address& from, Instant now) {
  if (const auto* closed = std::get_if<ClosedChannel>(&phase_)) {
    if (closed->is_repeat(datagram) && slot_.empty()) slot_.put(closed->answer());
    return;
  }
  auto* open = std::get_if<Open>(&phase_);
  if (open == nullptr) return;
  const std::size_t size = datagram.size();
  const auto received = open->channel.receive(datagram, now, slot_, event_);
  // The client has heard. Nobody who only repeats its ClientFinish moves it from now on.
  if (received.pong) open->finish_until = now;
  if (received.error == Error::none || received.error == Error::protocol) follow_path(from, size, received, now);
  settle(*open);
}

/// PROTOCOL.md 13.4.
void DatagramServerSession::follow_path(const Address& from, std::size_t size,
                                        const DatagramChannel::Received& received, Instant now) {
  if (from == address_) {
    if (!path_) return;
    path_->received += size;
    if (received.pong) path_.reset();
  } else if (received.newest) {
    check_path(from, size, now);
  }
}

void DatagramServerSession::check_path(const Address& from, std::size_t size, Instant now) {
  const Address proven = path_ ? path_->proven : address_;
  address_ = from;
  path_.reset();
  if (from == proven) return;
  path_ = Path{proven, now + Config::kPathCheck, size};
  std::get_if<Open>(&phase_)->channel.ping(now, slot_);
}

Status DatagramServerSession::send(Bytes message, Instant now) {
  auto* open = std::get_if<Open>(&phase_);
  if (open == nullptr) return Error::wrong_state;
  const std::size_t size = message.size() + datagram_header_size(false) + 1 + kGcmTagSize;
  if (path_ && path_->sent + size > kAmplification * path_->received) return Error::would_block;
  const Status sent = open->channel.send(message, now, slot_);
  if (path_ && sent.ok()) path_->sent += size;
  return sent;
}

Status DatagramServerSession::send_ticket(const TicketRecord& ticket, Instant now) {
  auto* open = std::get_if<Open>(&phase_);
  if (open == nullptr) return Error::wrong_state;
  return path_ ? Error::would_block : open->channel.send_ticket(ticket, now, slot_);
}

std::size_t DatagramServerSession::longest_message() const {
  const auto* open = std::get_if<Open>(&phase_);
  return open != nullptr ? open->channel.longest_message(slot_.capacity()) : 0;
}

void DatagramServerSession::sent(Instant now) {
  slot_.uncommit();
  if (auto* open = std::get_if<Open>(&phase_)) open->channel.flush(now, slot_);
}

Status DatagramServerSession::rekey(Instant now) {
  auto* open = std::get_if<Open>(&phase_);
  if (open == nullptr) return Error::wrong_state;
  open->channel.rekey(now, slot_);
  return Error::none;
}

Status DatagramServerSession::exporter(Bytes label, Bytes context, MutBytes out) const {
  const auto* open = std::get_if<Open>(&phase_);
  return open != nullptr ? open->channel.exporter(label, context, out) : Error::wrong_state;
}

// Time and end.

Instant DatagramServerSession::half_open_until() const {
  return std::min(answered_ + Config::kHalfOpen, began_ + Config::kHalfOpenInAll);
}

std::optional<Instant> DatagramServerSession::deadline() const {
  if (has_work()) return at_once();
  if (is_half_open()) return half_open_until();
  if (const auto* open = std::get_if<Open>(&phase_)) {
    const Instant next = open->channel.deadline(!slot_.empty());
    return path_ ? std::min(next, path_->until) : next;
  }
  if (const auto* closed = std::get_if<ClosedChannel>(&phase_)) return closed->until();
  return std::nullopt;
}

bool DatagramServerSession::has_work() const {
  const auto* a = std::get_if<Attempt>(&phase_);
  return a != nullptr && a->handshake.stage == Stage::work;
}

void DatagramServerSession::advance(Instant now) {
  if (auto* a = std::get_if<Attempt>(&phase_)) {
    if (now >= half_open_until()) {
      abandon(Error::timeout);
    } else if (a->handshake.stage == Stage::work) {
      Writer out(slot_.space());
      static_cast<void>(follow(settings_.role->work(a->handshake, out), out, now));
    }
  } else if (auto* open = std::get_if<Open>(&phase_)) {
    if (path_ && now >= path_->until) {
      address_ = path_->proven;
      path_.reset();
    }
    open->channel.advance(now, slot_);
    settle(*open);
  } else if (const auto* closed = std::get_if<ClosedChannel>(&phase_)) {
    if (now >= closed->until()) phase_.emplace<Vacant>();
  }
}

void DatagramServerSession::close(Instant now, CloseReason reason) {
  if (auto* open = std::get_if<Open>(&phase_)) {
    open->channel.close(reason, Error::none, now, slot_);
    settle(*open);
  } else if (is_half_open()) {
    abandon(Error::none);
  }
}

void DatagramServerSession::abandon(Error error) {
  slot_.uncommit();
  end({error});
}

/// Leaving a phase destroys, and so wipes, its secrets.
void DatagramServerSession::settle(const Open& open) {
  if (!open.channel.ended()) return;
  const Closed closed = *open.channel.ended();
  const auto answering = open.channel.answering();
  end(closed);
  if (!answering) return;
  phase_.emplace<ClosedChannel>(*answering);
  slot_.put(answering->answer());
}

void DatagramServerSession::end(const Closed& closed) {
  // A wish that can no longer be granted is no event.
  if (std::holds_alternative<CredentialWanted>(event_)) event_ = {};
  closed_ = closed;
  phase_.emplace<Vacant>();
}

}  // namespace pawl
