// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/random.hpp>
#include <pawl/base/time.hpp>
#include <pawl/handshake/key_schedule.hpp>
#include <pawl/record/opener.hpp>
#include <pawl/record/sealer.hpp>
#include <pawl/session/event.hpp>
#include <pawl/session/outbox.hpp>

namespace pawl {

/// An open session over a stream: records, rekeying, liveness and closing, PROTOCOL.md 9 to 11. Session drives it;
/// every call may write records to the outbox. Time is kept as the moments when something is due.
class Channel {
 public:
  struct Parameters {
    std::uint16_t peer_max_rx = 0;
    /// The effective idle time-out in seconds; 0 for none.
    std::uint16_t idle = 0;
    std::uint32_t soft_record_limit = 0;
  };

  /// Bytes of outbox that data leaves free, so that a pong and a close always find room.
  static constexpr std::size_t kReserve = (kRecordOverhead + kPingSize) + (kRecordOverhead + kCloseSize);

  /// `random` and `out` must outlive the channel.
  Channel(SessionSecrets&& secrets, const Parameters& parameters, Random& random, Outbox& out, SessionTime now);
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  ~Channel() = default;

  /// See Session.
  Result<std::size_t> send(Bytes part, bool last, SessionTime now);
  void rekey(SessionTime now);
  Status exporter(Bytes label, Bytes context, MutBytes out) const;

  /// The peer has begun a message and not ended it.
  [[nodiscard]] bool receiving_message() const { return receiving_message_; }
  [[nodiscard]] bool is_client() const { return is_client_; }

  /// Takes one whole record. True if it was a fragment of a message, which `message` is then. Error::tampered ends the
  /// session at once.
  Result<bool> receive(const RecordHeader& header, MutBytes record, SessionTime now, Bytes& message);
  /// Sends a close and waits for the answer; afterwards `error` is reported. Nothing happens if one was sent already.
  void close(CloseReason reason, Error error, SessionTime now);
  /// Sends the control records that are due and find room.
  void flush(SessionTime now);
  /// Does what time has made due.
  void advance(SessionTime now);
  [[nodiscard]] SessionTime deadline() const;
  /// The session is over, and this is to be reported.
  [[nodiscard]] bool ended() const { return state_ == State::ended; }
  [[nodiscard]] const Closed& closed() const { return closed_; }
  /// The transport ends, or the answer to our close fails to come.
  void end_of_stream();

 private:
  enum class State : std::uint8_t { open, closing, ended };

  Status seal(RecordType type, Bytes content, SessionTime now);
  Status rekey_if_due(SessionTime now);
  void send_close(CloseReason reason, SessionTime now);
  bool receive_content(const RecordContent& content, SessionTime now, Bytes& message);
  /// Something authentic arrived: the idle time-out and the next ping are as far off as can be.
  void heard(SessionTime now);
  void put_off_ping(SessionTime now);
  /// An epoch is left only after a record was sent in it: the receiver sees one bit of the epoch number.
  [[nodiscard]] bool can_rekey() const { return sealer_.counter() > 0; }

  // What is used most comes first, where a microcontroller's short instructions reach it.
  State state_ = State::open;
  bool is_client_;
  bool pong_wanted_ = false;
  bool ping_wanted_ = false;
  bool rekey_wanted_ = false;
  bool receiving_message_ = false;
  /// What is to be reported in the end, as far as it is known.
  Closed closed_;
  Outbox& out_;
  Random& random_;
  Parameters parameters_;
  ByteArray<kPingSize> pong_{};
  /// When the session has lasted long enough, or, in State::closing, when the peer has had its time to answer.
  SessionTime end_due_;
  SessionTime idle_due_ = kNotInSession;
  SessionTime ping_due_ = kNotInSession;
  SessionTime rekey_due_;
  ExporterSecret exporter_;
  Sealer sealer_;
  Opener opener_;
};

}  // namespace pawl
