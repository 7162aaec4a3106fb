// SPDX-License-Identifier: Apache-2.0
#include <pawl/crypto/kdf.hpp>
#include <pawl/session/datagram_channel.hpp>

namespace pawl {
namespace {

/// A close is sent once and repeated three times.
constexpr std::uint8_t kCloseSends = 4;

}  // namespace

// The end.

ClosedChannel::ClosedChannel(Bytes answer, Bytes close, Instant now)
    : answer_size_(answer.size()), close_size_(close.size()), until_(now + Config::kCloseWait) {
  copy(answer, answer_);
  copy(close.first(head_.size()), head_);
  copy(close.last(tag_.size()), tag_);
}

bool ClosedChannel::is_repeat(Bytes datagram) const {
  return datagram.size() == close_size_ && std::equal(head_.begin(), head_.end(), datagram.begin()) &&
         std::equal(tag_.begin(), tag_.end(), datagram.last(tag_.size()).begin());
}

DatagramChannel::DatagramChannel(SessionSecrets&& secrets, const ByteArray<kCidSize>& cid, const Parameters& parameters,
                                 std::span<std::uint32_t> windows, Random& random, LinkCounters& counters, Instant now)
    : sealer_(static_cast<SendSecret&&>(secrets.send), secrets.sends, cid),
      opener_(static_cast<ReceiveSecret&&>(secrets.receive), secrets.receives, windows),
      exporter_(static_cast<ExporterSecret&&>(secrets.exporter)),
      direction_(secrets.sends),
      parameters_(parameters),
      random_(random),
      counters_(counters),
      opened_(now),
      last_received_(now),
      epoch_began_(now) {}

// Sending.

std::size_t DatagramChannel::longest_message(std::size_t capacity) const {
  const std::size_t fits = capacity - sealer_.overhead();
  return std::min<std::size_t>(fits, parameters_.peer_max_rx - 1 - kGcmTagSize);
}

/// The caller has seen to the room.
Status DatagramChannel::seal(RecordType type, Bytes content, DatagramSlot& out) {
  const MutBytes record = out.space().first(content.size() + sealer_.overhead());
  copy(content, record.subspan(sealer_.header_size()));
  PAWL_TRY(sealer_.seal(type, content.size(), record));
  out.commit(record.size());
  return Error::none;
}

/// An epoch is left only when a pong has shown that the peer is in it (section 10), so that it is never two behind.
Status DatagramChannel::rekey_if_due(Instant now) {
  const bool due = sealer_.counter() >= parameters_.soft_record_limit || rekey_wanted_ || epoch_aged(now);
  if (!due || sealer_.counter() == 0) return Error::none;
  if (epoch_confirmed_) {
    PAWL_TRY(sealer_.rekey());
    rekey_wanted_ = false;
    epoch_confirmed_ = false;
    epoch_began_ = now;
    ping_ = Ping::none;
  }
  want_ping(now, true);
  return Error::none;
}

Status DatagramChannel::send(Bytes message, Instant now, DatagramSlot& out) {
  return send(RecordType::data, message, now, out);
}

Status DatagramChannel::send_ticket(const TicketRecord& ticket, Instant now, DatagramSlot& out) {
  if (is_client() || ticket.ticket.empty() || ticket.ticket.size() > kMaxTicket) return Error::invalid_argument;
  ByteArray<kTicketRecordHead + kMaxTicket> content;
  Writer writer(content);
  write_ticket_record(ticket, writer);
  return send(RecordType::ticket, writer.written(), now, out);
}

Status DatagramChannel::send(RecordType type, Bytes content, Instant now, DatagramSlot& out) {
  if (closing_) return Error::wrong_state;
  if (content.size() > longest_message(out.capacity())) return Error::too_long;
  if (!out.empty()) return Error::would_block;
  Status sealed = rekey_if_due(now);
  if (sealed.ok()) sealed = seal(type, content, out);
  if (sealed.ok()) return sealed;
  close(CloseReason::limit, sealed.error(), now, out);
  return sealed;
}

void DatagramChannel::rekey(Instant now, DatagramSlot& out) {
  if (sealer_.counter() == 0) return;
  rekey_wanted_ = true;
  flush(now, out);
}

void DatagramChannel::flush(Instant now, DatagramSlot& out) {
  if (!out.empty() || ended_) return;
  if (!closing_) {
    Status done = rekey_if_due(now);
    if (done.ok() && pong_wanted_ && now >= pong_due_) {
      done = send_pong(now, out);
    } else if (done.ok() && ping_ != Ping::none && now >= ping_due_) {
      done = send_ping(now, out);
    }
    if (!done.ok()) {
      begin_close(done.error() == Error::limit ? CloseReason::limit : CloseReason::normal, done.error(), now);
    }
  }
  if (closing_) send_close(now, out);
}

// Pings.

void DatagramChannel::want_ping(Instant now, bool urgent) {
  if (ping_ == Ping::none) {
    ping_ = Ping::wanted;
    ping_urgent_ = false;
    ping_drawn_ = false;
    ping_due_ = now;
  }
  if (urgent && !ping_urgent_) {
    ping_urgent_ = true;
    ping_due_ = std::min(ping_due_, now + Config::kPingRepeat);
  }
}

void DatagramChannel::ping(Instant now, DatagramSlot& out) {
  ping_ = Ping::none;
  want_ping(now, true);
  flush(now, out);
}

void DatagramChannel::repeat_ping(Instant now, DatagramSlot& out) {
  ping_due_ = now;
  flush(now, out);
}

Duration DatagramChannel::ping_repeat() const {
  const Duration idle = milliseconds(std::uint32_t{parameters_.idle} * 1000 / 24);
  return ping_urgent_ ? Config::kPingRepeat : std::max(Config::kPingRepeat, idle);
}

/// The same 8 bytes again, if they were sent before.
Status DatagramChannel::send_ping(Instant now, DatagramSlot& out) {
  if (!ping_drawn_) {
    PAWL_TRY(random_.fill(ping_bytes_));
    ping_drawn_ = true;
  }
  if (ping_ == Ping::sent) ++counters_.retransmitted;
  ping_ = Ping::sent;
  ping_due_ = now + ping_repeat();
  return seal(RecordType::ping, ping_bytes_, out);
}

Status DatagramChannel::send_pong(Instant now, DatagramSlot& out) {
  pong_wanted_ = false;
  pong_due_ = now + Config::kPongPause;
  return seal(RecordType::pong, pong_bytes_, out);
}

bool DatagramChannel::receive_pong(Bytes bytes) {
  if (!ping_drawn_ || !std::equal(bytes.begin(), bytes.end(), ping_bytes_.begin())) return false;
  epoch_confirmed_ = true;
  ping_ = Ping::none;
  return true;
}

// Closing.

void DatagramChannel::seal_close(CloseReason reason) {
  const std::size_t size = sealer_.overhead() + kCloseSize;
  close_record_[sealer_.header_size()] = static_cast<std::uint8_t>(reason);
  // The sealer keeps the last record of an epoch for a close. After that one there is nothing left to say.
  const bool sealed = sealer_.seal(RecordType::close, kCloseSize, MutBytes(close_record_).first(size)).ok();
  close_size_ = static_cast<std::uint8_t>(sealed ? size : 0);
}

void DatagramChannel::begin_close(CloseReason reason, Error error, Instant now) {
  seal_close(reason);
  closing_ = true;
  close_reason_ = reason;
  close_error_ = error;
  close_sends_ = kCloseSends;
  close_began_ = now;
  close_due_ = now;
}

void DatagramChannel::send_close(Instant now, DatagramSlot& out) {
  if (close_sends_ == 0 || now < close_due_ || close_size_ == 0) return;
  if (close_sends_ < kCloseSends) ++counters_.retransmitted;
  --close_sends_;
  close_due_ = now + Config::kCloseRepeat;
  out.put(Bytes(close_record_).first(close_size_));
}

void DatagramChannel::close(CloseReason reason, Error error, Instant now, DatagramSlot& out) {
  if (closing_ || ended_) return;
  begin_close(reason, error, now);
  flush(now, out);
}

// Receiving.

DatagramChannel::Received DatagramChannel::receive(MutBytes datagram, Instant now, DatagramSlot& out, Event& event) {
  const auto header = parse_datagram_record_header(datagram, !is_client(), parameters_.own_max_rx);
  if (!header.ok()) {
    count(Error::malformed, now);
    return {Error::malformed};
  }
  const auto opened = opener_.open(header.value(), datagram, now);
  Received received{opened.error, opened.newest};
  if (opened.error != Error::none && opened.error != Error::protocol) {
    count(opened.error, now);
  } else {
    last_received_ = now;
    received_any_ = true;
    // Whatever came has answered a ping that only asked for a sign of life.
    if (ping_ == Ping::sent && !ping_urgent_) ping_ = Ping::none;
    if (opened.error == Error::none) received.pong = receive_content(opened.content, datagram, now, event);
    if (opened.error == Error::protocol && !closing_) begin_close(CloseReason::protocol, Error::protocol, now);
  }
  flush(now, out);
  return received;
}

void DatagramChannel::count(Error error, Instant now) {
  if (error == Error::malformed) ++counters_.dropped;
  if (error == Error::replayed) ++counters_.replayed;
  if (error != Error::tampered) return;
  ++counters_.corrupt;
  if (counters_.corrupt == ~std::uint32_t{0} && !closing_) begin_close(CloseReason::limit, Error::limit, now);
}

/// True if it was the pong to the ping that is out.
bool DatagramChannel::receive_content(const RecordContent& content, Bytes datagram, Instant now, Event& event) {
  if (content.type == RecordType::close) receive_close(content, datagram, now);
  if (closing_ || ended_) return false;
  switch (content.type) {
    case RecordType::data:
      event = Message{content.content, true};
      break;
    case RecordType::ping:
      copy(content.content, pong_bytes_);
      pong_wanted_ = true;
      break;
    case RecordType::pong:
      return receive_pong(content.content);
    case RecordType::ticket:
      if (is_client()) {
        event = TicketReceived{content.content};
        break;
      }
      [[fallthrough]];
    case RecordType::data_more:
      begin_close(CloseReason::protocol, Error::protocol, now);
      break;
    case RecordType::close:
      break;
  }
  return false;
}

void DatagramChannel::receive_close(const RecordContent& content, Bytes datagram, Instant now) {
  const CloseReason theirs = close_reason(content.content[0]);
  if (!closing_) {
    seal_close(CloseReason::normal);
    answering_.emplace(Bytes(close_record_).first(close_size_), datagram, now);
  }
  // A reason of our own is not lost in the answer.
  const bool own = close_error_ != Error::none || close_reason_ != CloseReason::normal;
  ended_ = Closed{close_error_, own ? close_reason_ : theirs};
}

// Time.

Duration DatagramChannel::idle_timeout() const {
  const Duration idle = seconds(parameters_.idle);
  return received_any_ ? idle : std::max(idle, Config::kFirstRecord);
}

void DatagramChannel::advance(Instant now, DatagramSlot& out) {
  opener_.advance(now);
  if (closing_) {
    if (now - close_began_ >= Config::kCloseWait) {
      ended_ = Closed{close_error_ == Error::none ? Error::unconfirmed : close_error_, close_reason_};
    }
  } else if (now - opened_ >= Config::kSessionLifetime) {
    begin_close(CloseReason::expired, Error::expired, now);
  } else if (now - last_received_ >= idle_timeout()) {
    seal_close(CloseReason::idle);
    out.put(Bytes(close_record_).first(close_size_));
    ended_ = Closed{Error::idle, CloseReason::idle};
  } else if (now >= idle_ping_due()) {
    want_ping(now, false);
  }
  flush(now, out);
}

Instant DatagramChannel::deadline(bool full) const {
  if (closing_) {
    const Instant end = close_began_ + Config::kCloseWait;
    return full || close_sends_ == 0 || close_size_ == 0 ? end : std::min(end, close_due_);
  }
  Instant next = std::min(opened_ + Config::kSessionLifetime, last_received_ + idle_timeout());
  if (opener_.previous_until()) next = std::min(next, *opener_.previous_until());
  if (full) return next;
  next = std::min(next, ping_ != Ping::none ? ping_due_ : idle_ping_due());
  if (pong_wanted_) next = std::min(next, pong_due_);
  if (sealer_.counter() > 0 && (ping_ == Ping::none || !ping_urgent_)) {
    next = std::min(next, epoch_began_ + Config::kEpochAge);
  }
  return next;
}

// The exporter.

Status DatagramChannel::exporter(Bytes label, Bytes context, MutBytes out) const {
  if (label.size() > kMaxLabel || out.size() > Hmac::kSize) return Error::invalid_argument;
  export_secret(exporter_, label, context, out);
  return Error::none;
}

}  // namespace pawl
