// SPDX-License-Identifier: Apache-2.0
// The open session, with its records, rekeying, liveness and closing, PROTOCOL.md 9 to 11.
#include <pawl/base/config.hpp>
#include <pawl/crypto/kdf.hpp>
#include <pawl/session/session.hpp>

namespace pawl {
namespace {

constexpr std::size_t kPingRecord = kRecordOverhead + kPingSize;
constexpr std::size_t kCloseRecord = kRecordOverhead + kCloseSize;

}  // namespace

Session::Open::Open(SessionSecrets&& secrets)
    : exporter(static_cast<ExporterSecret&&>(secrets.exporter)),
      sealer(static_cast<SendSecret&&>(secrets.send), secrets.sends),
      opener(static_cast<ReceiveSecret&&>(secrets.receive), secrets.receives) {}

// Sending.

Status Session::rekey_if_due() {
  StreamSealer& sealer = secrets_.open.sealer;
  const bool due = sealer.counter() >= settings_.soft_record_limit || rekey_wanted_ || now_ >= rekey_due_;
  if (!due || !can_rekey()) return Error::none;
  PAWL_TRY(sealer.rekey());
  rekey_wanted_ = false;
  rekey_due_ = now_ + Config::kEpochAge;
  return Error::none;
}

/// The caller has seen to the room.
Status Session::seal(RecordType type, Bytes content) {
  const Status rekeyed = rekey_if_due();
  // After the last epoch only a close is left, and it goes out in that epoch.
  if (!rekeyed.ok() && type != RecordType::close) return rekeyed;
  const MutBytes record = outbox_.space().first(content.size() + kRecordOverhead);
  copy(content, record.subspan(kRecordHeaderSize));
  PAWL_TRY(secrets_.open.sealer.seal(type, content.size(), record));
  outbox_.commit(record.size());
  return Error::none;
}

Result<std::size_t> Session::send(Bytes part, bool last, Instant now) {
  if (phase_ != Phase::open) return Error::wrong_state;
  set_clock(now);
  const std::size_t longest =
      std::min(kRecordHeaderSize + peer_max_rx_, outbox_.capacity() - kReserve) - kRecordOverhead;
  const Bytes fragment = part.first(std::min(part.size(), longest));
  const bool ends_message = last && fragment.size() == part.size();
  if (fragment.empty() && !ends_message) return std::size_t{0};
  if (outbox_.room() < fragment.size() + kRecordOverhead + kReserve) return Error::would_block;
  const Status sealed = seal(ends_message ? RecordType::data : RecordType::data_more, fragment);
  if (!sealed.ok()) {
    begin_close(CloseReason::limit, sealed.error());
    return sealed.error();
  }
  return fragment.size();
}

Status Session::send_ticket(const TicketRecord& ticket, Instant now) {
  if (phase_ != Phase::open) return Error::wrong_state;
  if (is_client() || ticket.ticket.empty() || ticket.ticket.size() > kMaxTicket) return Error::invalid_argument;
  set_clock(now);
  ByteArray<kTicketRecordHead + kMaxTicket> content;
  Writer writer(content);
  write_ticket_record(ticket, writer);
  const Bytes written = writer.written();
  const std::size_t record = written.size() + kRecordOverhead;
  if (record > kRecordHeaderSize + peer_max_rx_ || record + kReserve > outbox_.capacity()) return Error::too_long;
  if (outbox_.room() < record + kReserve) return Error::would_block;
  const Status sealed = seal(RecordType::ticket, written);
  if (!sealed.ok()) begin_close(CloseReason::limit, sealed.error());
  return sealed;
}

void Session::sent(std::size_t n, Instant now) {
  set_clock(now);
  outbox_.consume(n);
  flush();
}

Status Session::rekey(Instant now) {
  if (!is_open()) return Error::wrong_state;
  set_clock(now);
  if (!can_rekey()) return Error::none;
  rekey_wanted_ = true;
  ping_wanted_ = true;
  flush();
  return Error::none;
}

void Session::flush() {
  if (phase_ != Phase::open) return;
  Status sealed;
  if (pong_wanted_ && outbox_.room() >= kReserve) {
    pong_wanted_ = false;
    sealed = seal(RecordType::pong, pong_);
  }
  if (sealed.ok() && ping_wanted_ && outbox_.room() >= kPingRecord + kReserve) {
    ping_wanted_ = false;
    ByteArray<kPingSize> bytes{};
    sealed = random_.fill(bytes);
    if (sealed.ok()) sealed = seal(RecordType::ping, bytes);
  }
  if (sealed.ok()) return;
  begin_close(sealed.error() == Error::limit ? CloseReason::limit : CloseReason::normal, sealed.error());
}

// Closing.

void Session::send_close(CloseReason reason) {
  const ByteArray<kCloseSize> content{static_cast<std::uint8_t>(reason)};
  // Cannot fail, because the room is reserved, and the StreamSealer keeps the last record of an epoch for a close.
  if (outbox_.room() >= kCloseRecord) static_cast<void>(seal(RecordType::close, content));
}

void Session::begin_close(CloseReason reason, Error error) {
  if (phase_ != Phase::open) return;
  send_close(reason);
  phase_ = Phase::closing;
  closed_ = {error, reason};
  end_due_ = now_ + Config::kCloseWait;
}

/// The transport has ended, or the answer to our close has not come.
void Session::cut_off() {
  if (closed_.error == Error::none) closed_.error = phase_ == Phase::open ? Error::truncated : Error::unconfirmed;
  end(closed_);
}

// Receiving.

void Session::receive_content(const RecordContent& content) {
  if (content.type == RecordType::close) {
    if (phase_ == Phase::open) send_close(CloseReason::normal);
    // A reason of our own is not lost in the answer.
    const bool own = closed_.error != Error::none || closed_.reason != CloseReason::normal;
    if (!own) closed_.reason = close_reason(content.content[0]);
    return end(closed_);
  }
  if (phase_ != Phase::open) return;
  switch (content.type) {
    case RecordType::data:
    case RecordType::data_more:
      receiving_message_ = content.type == RecordType::data_more;
      message_ = content.content;
      news_ = News::message;
      break;
    case RecordType::ping:
      copy(content.content, pong_);
      pong_wanted_ = true;
      flush();
      break;
    case RecordType::ticket:
      // A server never gets one.
      if (!is_client()) return begin_close(CloseReason::protocol, Error::protocol);
      message_ = content.content;
      news_ = News::ticket;
      break;
    case RecordType::pong:
    case RecordType::close:
      break;
  }
}

// Time.

void Session::not_listening(Instant now) {
  set_clock(now);
  put_off_idle();
}

void Session::ping(Instant now) {
  if (phase_ != Phase::open) return;
  set_clock(now);
  ping_wanted_ = true;
  put_off_ping();
  flush();
}

void Session::heard() {
  put_off_idle();
  put_off_ping();
}

void Session::put_off_idle() {
  if (idle_ != 0) idle_due_ = now_ + seconds(idle_);
}

void Session::put_off_ping() {
  if (idle_ != 0) ping_due_ = now_ + milliseconds(std::uint32_t{idle_} * 1000 / 3);
}

void Session::advance_open() {
  if (now_ >= end_due_) return phase_ == Phase::open ? begin_close(CloseReason::expired, Error::expired) : cut_off();
  if (phase_ != Phase::open) return;
  if (now_ >= idle_due_) {
    send_close(CloseReason::idle);
    return end({Error::idle, CloseReason::idle});
  }
  if (now_ >= ping_due_) {
    ping_wanted_ = true;
    put_off_ping();
  }
  if (now_ >= rekey_due_ && can_rekey() && !rekey_wanted_) {
    rekey_wanted_ = true;
    ping_wanted_ = true;
  }
  flush();
}

// The exporter.

Status Session::exporter(Bytes label, Bytes context, MutBytes out) const {
  if (!is_open()) return Error::wrong_state;
  if (label.size() > kMaxLabel || out.size() > Hmac::kSize) return Error::invalid_argument;
  export_secret(secrets_.open.exporter, label, context, out);
  return Error::none;
}

}  // namespace pawl
