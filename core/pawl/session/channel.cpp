// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/crypto/kdf.hpp>
#include <pawl/session/channel.hpp>

namespace pawl {
namespace {

constexpr std::size_t kPingRecord = kRecordOverhead + kPingSize;
constexpr std::size_t kCloseRecord = kRecordOverhead + kCloseSize;

}  // namespace

Channel::Channel(SessionSecrets&& secrets, const Parameters& parameters, Random& random, Outbox& out, SessionTime now)
    : is_client_(secrets.sends == Direction::client_to_server),
      out_(out),
      random_(random),
      parameters_(parameters),
      end_due_(now + Config::kSessionLifetime),
      rekey_due_(now + Config::kEpochAge),
      exporter_(static_cast<ExporterSecret&&>(secrets.exporter)),
      sealer_(static_cast<SendSecret&&>(secrets.send), secrets.sends),
      opener_(static_cast<ReceiveSecret&&>(secrets.receive), secrets.receives) {
  heard(now);
}

// Sending.

Status Channel::rekey_if_due(SessionTime now) {
  const bool due = sealer_.counter() >= parameters_.soft_record_limit || rekey_wanted_ || now >= rekey_due_;
  if (!due || !can_rekey()) return Error::none;
  PAWL_TRY(sealer_.rekey());
  rekey_wanted_ = false;
  rekey_due_ = now + Config::kEpochAge;
  return Error::none;
}

/// The caller has seen to the room.
Status Channel::seal(RecordType type, Bytes content, SessionTime now) {
  const Status rekeyed = rekey_if_due(now);
  // After the last epoch only a close is left, and it goes out in that epoch.
  if (!rekeyed.ok() && type != RecordType::close) return rekeyed;
  const MutBytes record = out_.space().first(content.size() + kRecordOverhead);
  copy(content, record.subspan(kRecordHeaderSize));
  PAWL_TRY(sealer_.seal(type, content.size(), record));
  out_.commit(record.size());
  return Error::none;
}

Result<std::size_t> Channel::send(Bytes part, bool last, SessionTime now) {
  if (state_ != State::open) return Error::wrong_state;
  const std::size_t longest =
      std::min(kRecordHeaderSize + parameters_.peer_max_rx, out_.capacity() - kReserve) - kRecordOverhead;
  const Bytes fragment = part.first(std::min(part.size(), longest));
  const bool ends_message = last && fragment.size() == part.size();
  if (fragment.empty() && !ends_message) return std::size_t{0};
  if (out_.room() < fragment.size() + kRecordOverhead + kReserve) return Error::would_block;
  const Status sealed = seal(ends_message ? RecordType::data : RecordType::data_more, fragment, now);
  if (!sealed.ok()) {
    close(CloseReason::limit, sealed.error(), now);
    return sealed.error();
  }
  return fragment.size();
}

void Channel::rekey(SessionTime now) {
  if (!can_rekey()) return;
  rekey_wanted_ = true;
  ping_wanted_ = true;
  flush(now);
}

void Channel::flush(SessionTime now) {
  if (state_ != State::open) return;
  Status sealed;
  if (pong_wanted_ && out_.room() >= kReserve) {
    pong_wanted_ = false;
    sealed = seal(RecordType::pong, pong_, now);
  }
  if (sealed.ok() && ping_wanted_ && out_.room() >= kPingRecord + kReserve) {
    ping_wanted_ = false;
    ByteArray<kPingSize> bytes{};
    sealed = random_.fill(bytes);
    if (sealed.ok()) sealed = seal(RecordType::ping, bytes, now);
  }
  if (sealed.ok()) return;
  close(sealed.error() == Error::limit ? CloseReason::limit : CloseReason::normal, sealed.error(), now);
}

// Closing.

void Channel::send_close(CloseReason reason, SessionTime now) {
  const ByteArray<kCloseSize> content{static_cast<std::uint8_t>(reason)};
  // Cannot fail: the room is reserved, and the Sealer keeps the last record of an epoch for a close.
  if (out_.room() >= kCloseRecord) static_cast<void>(seal(RecordType::close, content, now));
}

void Channel::close(CloseReason reason, Error error, SessionTime now) {
  if (state_ != State::open) return;
  send_close(reason, now);
  state_ = State::closing;
  closed_ = {error, reason};
  end_due_ = now + Config::kCloseWait;
}

void Channel::end_of_stream() {
  if (closed_.error == Error::none) closed_.error = state_ == State::open ? Error::truncated : Error::unconfirmed;
  state_ = State::ended;
}

// Receiving.

Result<bool> Channel::receive(const RecordHeader& header, MutBytes record, SessionTime now, Bytes& message) {
  const auto opened = opener_.open(header, record);
  if (opened.error() == Error::tampered) return Error::tampered;
  heard(now);
  if (opened.ok()) return receive_content(opened.value(), now, message);
  close(CloseReason::protocol, Error::protocol, now);
  return false;
}

/// True for a fragment of a message.
bool Channel::receive_content(const RecordContent& content, SessionTime now, Bytes& message) {
  if (content.type == RecordType::close) {
    if (state_ == State::open) send_close(CloseReason::normal, now);
    // A reason of our own is not lost in the answer.
    const bool own = closed_.error != Error::none || closed_.reason != CloseReason::normal;
    if (!own) closed_.reason = close_reason(content.content[0]);
    state_ = State::ended;
    return false;
  }
  if (state_ != State::open) return false;
  switch (content.type) {
    case RecordType::data:
    case RecordType::data_more:
      receiving_message_ = content.type == RecordType::data_more;
      message = content.content;
      return true;
    case RecordType::ping:
      copy(content.content, pong_);
      pong_wanted_ = true;
      flush(now);
      break;
    case RecordType::ticket:
      // A client without tickets ignores one; a server never gets one.
      if (!is_client()) close(CloseReason::protocol, Error::protocol, now);
      break;
    case RecordType::pong:
    case RecordType::close:
      break;
  }
  return false;
}

// Time.

void Channel::heard(SessionTime now) {
  if (parameters_.idle != 0) idle_due_ = now + seconds(parameters_.idle);
  put_off_ping(now);
}

void Channel::put_off_ping(SessionTime now) {
  if (parameters_.idle != 0) ping_due_ = now + milliseconds(std::uint32_t{parameters_.idle} * 1000 / 3);
}

void Channel::advance(SessionTime now) {
  if (now >= end_due_) {
    if (state_ == State::open) {
      close(CloseReason::expired, Error::expired, now);
    } else {
      end_of_stream();
    }
    return;
  }
  if (state_ != State::open) return;
  if (now >= idle_due_) {
    send_close(CloseReason::idle, now);
    closed_ = {Error::idle, CloseReason::idle};
    state_ = State::ended;
    return;
  }
  if (now >= ping_due_) {
    ping_wanted_ = true;
    put_off_ping(now);
  }
  if (now >= rekey_due_ && can_rekey() && !rekey_wanted_) {
    rekey_wanted_ = true;
    ping_wanted_ = true;
  }
  flush(now);
}

SessionTime Channel::deadline() const {
  if (state_ != State::open) return end_due_;
  const SessionTime next = std::min({end_due_, idle_due_, ping_due_});
  return can_rekey() && !rekey_wanted_ ? std::min(next, rekey_due_) : next;
}

// The exporter.

Status Channel::exporter(Bytes label, Bytes context, MutBytes out) const {
  if (label.size() > kMaxLabel || out.size() > Hmac::kSize) return Error::invalid_argument;
  export_secret(exporter_, label, context, out);
  return Error::none;
}

}  // namespace pawl
