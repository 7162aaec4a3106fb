// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/random.hpp>
#include <pawl/base/time.hpp>
#include <pawl/handshake/key_schedule.hpp>
#include <pawl/record/opener.hpp>
#include <pawl/record/sealer.hpp>
#include <pawl/session/event.hpp>
#include <pawl/session/outbox.hpp>

#include <optional>

namespace pawl {

/// An open session over a stream: records, rekeying, liveness and closing, PROTOCOL.md 9 to 11. Session drives it;
/// every call may write records to the outbox it is given.
class Channel {
 public:
  struct Parameters {
    std::uint16_t own_max_rx = 0;
    std::uint16_t peer_max_rx = 0;
    /// The effective idle time-out in seconds; 0 for none.
    std::uint16_t idle = 0;
    std::uint32_t soft_record_limit = 0;
  };

  /// Bytes of outbox that data leaves free, so that a pong and a close always find room.
  static constexpr std::size_t kReserve = (kRecordOverhead + kPingSize) + (kRecordOverhead + kCloseSize);

  Channel(SessionSecrets&& secrets, const Parameters& parameters, Random& random, Instant now);
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel() = default;

  /// See Session.
  Result<std::size_t> send(Bytes part, bool last, Instant now, Outbox& out);
  void rekey(Instant now, Outbox& out);
  Status exporter(Bytes label, Bytes context, MutBytes out) const;

  [[nodiscard]] std::uint16_t own_max_rx() const { return parameters_.own_max_rx; }
  /// The peer has begun a message and not ended it.
  [[nodiscard]] bool receiving_message() const { return receiving_message_; }
  [[nodiscard]] bool is_client() const { return direction_ == Direction::client_to_server; }

  /// Takes one whole record. Sets `event` to a Message if it was one. Error::tampered ends the session at once.
  Status receive(const RecordHeader& header, MutBytes record, Instant now, Outbox& out, Event& event);
  /// Sends a close and waits for the answer; afterwards `error` is reported. Nothing happens if one was sent already.
  void close(CloseReason reason, Error error, Instant now, Outbox& out);
  /// Sends the control records that are due and find room.
  void flush(Instant now, Outbox& out);
  /// Does what time has made due.
  void advance(Instant now, Outbox& out);
  [[nodiscard]] Instant deadline() const;
  /// Set once the session is over.
  [[nodiscard]] const std::optional<Closed>& ended() const { return ended_; }
  /// What is to be reported if the transport ends now.
  [[nodiscard]] Closed on_end_of_stream() const;

 private:
  Status seal(RecordType type, Bytes content, Instant now, Outbox& out);
  Status rekey_if_due(Instant now);
  void send_close(CloseReason reason, Instant now, Outbox& out);
  void receive_content(const RecordContent& content, Instant now, Outbox& out, Event& event);
  void end(Error error, CloseReason reason);
  [[nodiscard]] Duration idle_timeout() const { return seconds(parameters_.idle); }
  [[nodiscard]] Duration ping_interval() const { return milliseconds(std::uint32_t{parameters_.idle} * 1000 / 3); }
  [[nodiscard]] Instant ping_due() const { return std::max(last_received_, last_ping_) + ping_interval(); }
  [[nodiscard]] bool epoch_aged(Instant now) const;

  Sealer sealer_;
  Opener opener_;
  ExporterSecret exporter_;
  Direction direction_;
  Parameters parameters_;
  Random& random_;
  Instant opened_;
  Instant last_received_;
  Instant last_ping_;
  Instant epoch_began_;
  Instant close_sent_;
  ByteArray<kPingSize> pong_{};
  bool pong_wanted_ = false;
  bool ping_wanted_ = false;
  bool rekey_wanted_ = false;
  bool receiving_message_ = false;
  /// A close was sent, for this reason and to report this.
  bool closing_ = false;
  CloseReason close_reason_ = CloseReason::normal;
  Error close_error_ = Error::none;
  std::optional<Closed> ended_;
};

}  // namespace pawl
