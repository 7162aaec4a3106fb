// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/session/channel.hpp>

namespace pawl {
namespace {

constexpr std::size_t kPingRecord = kRecordOverhead + kPingSize;
constexpr std::size_t kCloseRecord = kRecordOverhead + kCloseSize;

}  // namespace

Channel::Channel(SessionSecrets&& secrets, const Parameters& parameters, Random& random, Instant now)
    : sealer_(static_cast<SendSecret&&>(secrets.send), secrets.sends),
      opener_(static_cast<ReceiveSecret&&>(secrets.receive), secrets.receives),
      exporter_(static_cast<ExporterSecret&&>(secrets.exporter)),
      direction_(secrets.sends),
      parameters_(parameters),
      random_(random),
      opened_(now),
      last_received_(now),
      last_ping_(now),
      epoch_began_(now) {}

// Sending.

bool Channel::epoch_aged(Instant now) const { return now - epoch_began_ >= Config::kEpochAge; }

/// An epoch is left only after a record was sent in it: the receiver sees one bit of the epoch number.
Status Channel::rekey_if_due(Instant now) {
  const bool due = sealer_.counter() >= parameters_.soft_record_limit || rekey_wanted_ || epoch_aged(now);
  if (!due || sealer_.counter() == 0) return Error::none;
  PAWL_TRY(sealer_.rekey());
  rekey_wanted_ = false;
  epoch_began_ = now;
  return Error::none;
}

/// The caller has seen to the room.
Status Channel::seal(RecordType type, Bytes content, Instant now, Outbox& out) {
  const Status rekeyed = rekey_if_due(now);
  // After the last epoch only a close is left, and it goes out in that epoch.
  if (!rekeyed.ok() && type != RecordType::close) return rekeyed;
  const MutBytes record = out.space().first(content.size() + kRecordOverhead);
  copy(content, record.subspan(kRecordHeaderSize));
  PAWL_TRY(sealer_.seal(type, content.size(), record));
  out.commit(record.size());
  return Error::none;
}

Result<std::size_t> Channel::send(Bytes part, bool last, Instant now, Outbox& out) {
  if (closing_) return Error::wrong_state;
  const std::size_t longest =
      std::min(kRecordHeaderSize + parameters_.peer_max_rx, out.capacity() - kReserve) - kRecordOverhead;
  const Bytes fragment = part.first(std::min(part.size(), longest));
  const bool ends_message = last && fragment.size() == part.size();
  if (fragment.empty() && !ends_message) return std::size_t{0};
  if (out.room() < fragment.size() + kRecordOverhead + kReserve) return Error::would_block;
  const Status sealed = seal(ends_message ? RecordType::data : RecordType::data_more, fragment, now, out);
  if (!sealed.ok()) {
    close(CloseReason::limit, sealed.error(), now, out);
    return sealed.error();
  }
  return fragment.size();
}

void Channel::rekey(Instant now, Outbox& out) {
  if (sealer_.counter() == 0) return;
  rekey_wanted_ = true;
  ping_wanted_ = true;
  flush(now, out);
}

void Channel::flush(Instant now, Outbox& out) {
  if (closing_) return;
  Status sealed;
  if (pong_wanted_ && out.room() >= kReserve) {
    pong_wanted_ = false;
    sealed = seal(RecordType::pong, pong_, now, out);
  }
  if (sealed.ok() && ping_wanted_ && out.room() >= kPingRecord + kReserve) {
    ping_wanted_ = false;
    ByteArray<kPingSize> bytes{};
    sealed = random_.fill(bytes);
    if (sealed.ok()) sealed = seal(RecordType::ping, bytes, now, out);
  }
  if (sealed.ok()) return;
  close(sealed.error() == Error::limit ? CloseReason::limit : CloseReason::normal, sealed.error(), now, out);
}

// Closing.

void Channel::send_close(CloseReason reason, Instant now, Outbox& out) {
  const ByteArray<kCloseSize> content{static_cast<std::uint8_t>(reason)};
  // Cannot fail: the room is reserved, and the Sealer keeps the last record of an epoch for a close.
  if (out.room() >= kCloseRecord) static_cast<void>(seal(RecordType::close, content, now, out));
}

void Channel::close(CloseReason reason, Error error, Instant now, Outbox& out) {
  if (closing_) return;
  send_close(reason, now, out);
  closing_ = true;
  close_reason_ = reason;
  close_error_ = error;
  close_sent_ = now;
}

void Channel::end(Error error, CloseReason reason) { ended_ = Closed{error, reason}; }

Closed Channel::on_end_of_stream() const {
  if (!closing_) return {Error::truncated};
  const Error error = close_error_ == Error::none ? Error::unconfirmed : close_error_;
  return {error, close_reason_};
}

// Receiving.

Status Channel::receive(const RecordHeader& header, MutBytes record, Instant now, Outbox& out, Event& event) {
  const auto opened = opener_.open(header, record);
  if (opened.error() == Error::tampered) return Error::tampered;
  last_received_ = now;
  if (opened.ok()) {
    receive_content(opened.value(), now, out, event);
  } else {
    close(CloseReason::protocol, Error::protocol, now, out);
  }
  return Error::none;
}

void Channel::receive_content(const RecordContent& content, Instant now, Outbox& out, Event& event) {
  if (content.type == RecordType::close) {
    if (!closing_) send_close(CloseReason::normal, now, out);
    const CloseReason theirs = close_reason(content.content[0]);
    end(close_error_, close_error_ == Error::none ? theirs : close_reason_);
    return;
  }
  if (closing_) return;
  switch (content.type) {
    case RecordType::data:
    case RecordType::data_more:
      receiving_message_ = content.type == RecordType::data_more;
      event = Message{content.content, !receiving_message_};
      break;
    case RecordType::ping:
      copy(content.content, pong_);
      pong_wanted_ = true;
      flush(now, out);
      break;
    case RecordType::ticket:
      // A client without tickets ignores one; a server never gets one.
      if (!is_client()) close(CloseReason::protocol, Error::protocol, now, out);
      break;
    case RecordType::pong:
    case RecordType::close:
      break;
  }
}

// Time.

void Channel::advance(Instant now, Outbox& out) {
  if (closing_) {
    if (now - close_sent_ >= Config::kCloseWait) ended_ = on_end_of_stream();
    return;
  }
  if (now - opened_ >= Config::kSessionLifetime) {
    close(CloseReason::expired, Error::expired, now, out);
    return;
  }
  if (parameters_.idle != 0 && now - last_received_ >= idle_timeout()) {
    send_close(CloseReason::idle, now, out);
    end(Error::idle, CloseReason::idle);
    return;
  }
  if (parameters_.idle != 0 && now >= ping_due()) {
    ping_wanted_ = true;
    last_ping_ = now;
  }
  if (epoch_aged(now) && sealer_.counter() > 0 && !rekey_wanted_) {
    rekey_wanted_ = true;
    ping_wanted_ = true;
  }
  flush(now, out);
}

Instant Channel::deadline() const {
  if (closing_) return close_sent_ + Config::kCloseWait;
  Instant next = opened_ + Config::kSessionLifetime;
  if (parameters_.idle != 0) next = std::min({next, last_received_ + idle_timeout(), ping_due()});
  if (sealer_.counter() > 0 && !rekey_wanted_) next = std::min(next, epoch_began_ + Config::kEpochAge);
  return next;
}

// The exporter.

Status Channel::exporter(Bytes label, Bytes context, MutBytes out) const {
  constexpr std::size_t kMaxLabel = 249;
  if (label.size() > kMaxLabel || out.size() > Hmac::kSize) return Error::invalid_argument;
  export_secret(exporter_, label, context, out);
  return Error::none;
}

}  // namespace pawl
