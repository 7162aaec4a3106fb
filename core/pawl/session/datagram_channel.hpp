// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <pawl/base/config.hpp>
#include <pawl/base/random.hpp>
#include <pawl/handshake/key_schedule.hpp>
#include <pawl/record/datagram_opener.hpp>
#include <pawl/record/datagram_sealer.hpp>
#include <pawl/session/datagram_slot.hpp>
#include <pawl/session/event.hpp>
#include <pawl/wire/ticket_record.hpp>

namespace pawl {

/// The end of a datagram session that the peer has closed, PROTOCOL.md 11.2. Its close is answered, and for 5 s it is
/// answered again if it comes again. The keys are gone, so header and tag of that close stand for its hash.
class ClosedChannel {
 public:
  static constexpr std::size_t kMost = datagram_header_size(true) + 1 + 1 + kGcmTagSize;

  /// `answer` is at most kMost bytes. `close` is the datagram to answer, whose text may have been decrypted in place.
  ClosedChannel(Bytes answer, Bytes close, Instant now);

  /// Whether this is the same close again, which is to be answered.
  [[nodiscard]] bool is_repeat(Bytes datagram) const;
  [[nodiscard]] Bytes answer() const { return Bytes(answer_).first(answer_size_); }
  [[nodiscard]] Instant until() const { return until_; }

 private:
  ByteArray<kMost> answer_{};
  std::size_t answer_size_;
  std::size_t close_size_;
  /// The start of the close, with all of its header, and its tag.
  ByteArray<datagram_header_size(false)> head_{};
  ByteArray<kGcmTagSize> tag_{};
  Instant until_;
};

/// An open session over datagrams, with its records, epochs, liveness and closing, PROTOCOL.md 9 to 11. DatagramClient
/// and DatagramServerSession drive it. Every call may put a datagram into the slot it is given.
class DatagramChannel {
 public:
  /// What the handshake has agreed on, and how long an epoch may be.
  struct Parameters {
    std::uint16_t own_max_rx = 0;
    std::uint16_t peer_max_rx = 0;
    /// The effective idle time-out in seconds, never 0.
    std::uint16_t idle = 0;
    std::uint32_t soft_record_limit = 0;
  };

  /// What became of a datagram.
  struct Received {
    /// As DatagramOpener::Opened::error.
    Error error = Error::none;
    /// The highest counter of the newest epoch so far.
    bool newest = false;
    /// It answers the ping that is out.
    bool pong = false;
  };

  /// `windows` is as DatagramOpener's. `counters` are the owner's and outlive the channel.
  DatagramChannel(SessionSecrets&& secrets, const ByteArray<kCidSize>& cid, const Parameters& parameters,
                  std::span<std::uint32_t> windows, Random& random, LinkCounters& counters, Instant now);
  DatagramChannel(const DatagramChannel&) = delete;
  DatagramChannel& operator=(const DatagramChannel&) = delete;
  ~DatagramChannel() = default;

  /// See DatagramClient.
  Status send(Bytes message, Instant now, DatagramSlot& out);
  Status send_ticket(const TicketRecord& ticket, Instant now, DatagramSlot& out);
  void rekey(Instant now, DatagramSlot& out);
  Status exporter(Bytes label, Bytes context, MutBytes out) const;
  /// The longest message that a slot of this capacity takes to the peer.
  [[nodiscard]] std::size_t longest_message(std::size_t capacity) const;

  /// Takes a datagram record, opened in place. Sets `event` to a Message or TicketReceived if
  /// it was one.
  Received receive(MutBytes datagram, Instant now, DatagramSlot& out, Event& event);
  /// Sends a ping with bytes of its own, and again each second until its pong has come.
  void ping(Instant now, DatagramSlot& out);
  /// Sends the ping that is out again at once, if there is one.
  void repeat_ping(Instant now, DatagramSlot& out);
  /// Sends a close, again each second while there is no answer. Afterwards `error` is reported. Nothing happens if one
  /// was sent already.
  void close(CloseReason reason, Error error, Instant now, DatagramSlot& out);
  /// Sends the control record that is due, if there is room.
  void flush(Instant now, DatagramSlot& out);
  /// Does what time has made due.
  void advance(Instant now, DatagramSlot& out);
  /// With `full`, the slot holds a datagram, after which flush() comes anyway.
  [[nodiscard]] Instant deadline(bool full) const;
  /// Set once the session is over.
  [[nodiscard]] const std::optional<Closed>& ended() const { return ended_; }
  /// What goes on after the end, if the peer's close is to be answered.
  [[nodiscard]] const std::optional<ClosedChannel>& answering() const { return answering_; }

 private:
  /// The ping that waits for its pong.
  enum class Ping : std::uint8_t { none, wanted, sent };

  [[nodiscard]] bool is_client() const { return direction_ == Direction::client_to_server; }
  Status seal(RecordType type, Bytes content, DatagramSlot& out);
  Status send(RecordType type, Bytes content, Instant now, DatagramSlot& out);
  Status rekey_if_due(Instant now);
  [[nodiscard]] bool epoch_aged(Instant now) const { return now - epoch_began_ >= Config::kEpochAge; }
  void want_ping(Instant now, bool urgent);
  Status send_ping(Instant now, DatagramSlot& out);
  Status send_pong(Instant now, DatagramSlot& out);
  void seal_close(CloseReason reason);
  void begin_close(CloseReason reason, Error error, Instant now);
  void send_close(Instant now, DatagramSlot& out);
  void count(Error error, Instant now);
  bool receive_content(const RecordContent& content, Bytes datagram, Instant now, Event& event);
  void receive_close(const RecordContent& content, Bytes datagram, Instant now);
  bool receive_pong(Bytes bytes);
  [[nodiscard]] Duration idle_timeout() const;
  [[nodiscard]] Instant idle_ping_due() const { return last_received_ + ping_interval(); }
  [[nodiscard]] Duration ping_interval() const { return milliseconds(std::uint32_t{parameters_.idle} * 1000 / 3); }
  [[nodiscard]] Duration ping_repeat() const;

  DatagramSealer sealer_;
  DatagramOpener opener_;
  ExporterSecret exporter_;
  Direction direction_;
  Parameters parameters_;
  Random& random_;
  LinkCounters& counters_;
  Instant opened_;
  Instant last_received_;
  Instant epoch_began_;
  bool received_any_ = false;
  bool rekey_wanted_ = false;
  /// A pong has answered a ping of this epoch, so it may be left.
  bool epoch_confirmed_ = false;

  Ping ping_ = Ping::none;
  /// It is not only there to see whether the peer lives.
  bool ping_urgent_ = false;
  /// Whether ping_bytes_ were drawn in this epoch.
  bool ping_drawn_ = false;
  ByteArray<kPingSize> ping_bytes_{};
  Instant ping_due_;

  bool pong_wanted_ = false;
  ByteArray<kPingSize> pong_bytes_{};
  Instant pong_due_;

  /// The close that was sent, or the answer to the peer's, and how often it is still to be sent.
  ByteArray<ClosedChannel::kMost> close_record_{};
  std::uint8_t close_size_ = 0;
  std::uint8_t close_sends_ = 0;
  bool closing_ = false;
  CloseReason close_reason_ = CloseReason::normal;
  Error close_error_ = Error::none;
  Instant close_began_;
  Instant close_due_;
  std::optional<Closed> ended_;
  std::optional<ClosedChannel> answering_;
};

}  // namespace pawl
