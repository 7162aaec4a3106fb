// SPDX-License-Identifier: Apache-2.0
/// The public header of Pawl for clients over datagrams, which are UDP, radio, or a serial line (wire/serial.hpp).
///
/// Like Session it is sans-I/O, and it shares its settings, credentials and events. Three things differ. Bytes come and
/// go as whole datagrams, which may be lost, repeated, altered and come in any order. A message is one datagram. And a
/// peer that is silent is noticed by time alone. Sections in comments are those of core/PROTOCOL.md.
///
///     client.start(now);
///     for (;;) {
///       while client.outgoing() is not empty: give it to the transport, then client.sent(now);
///       if client.takes_input(): read a datagram and feed receive();
///       act on next_event() until there is none;
///       call advance(now) whenever deadline() has come;
///       leave when is_over(), with no event left.
///     }
#pragma once

#include <pawl/session/datagram_channel.hpp>
#include <pawl/session/datagram_end.hpp>
#include <pawl/session/datagram_settings.hpp>
#include <pawl/session/retransmission.hpp>
#include <variant>

#include <pawl/handshake/key.hpp>
#include <pawl/handshake/password.hpp>

namespace pawl {

/// Its events are those of a Session's client.
class DatagramClient : public DatagramEnd {
 public:
  /// `settings`, `random`, `tx` and `windows` belong to the caller and outlive the client. settings.max_rx must be no
  /// more than the transport delivers, less the header of a record, datagram_header_size(false). `tx` holds one
  /// datagram to be sent and has at least kMinDatagram bytes. It bounds the messages that can be sent. `windows` are
  /// replay_words(bits) words.
  DatagramClient(const ClientSettings& settings, Random& random, MutBytes tx, std::span<std::uint32_t> windows);
  DatagramClient(const DatagramClient&) = delete;
  DatagramClient& operator=(const DatagramClient&) = delete;
  ~DatagramClient() = default;

  /// Begins. Error::invalid_argument for settings or buffers out of range (soft_record_limit is at least 8 here),
  /// Error::random_failed, Error::wrong_state if started before. After an error the session is over.
  Status start(Instant now);

  /// Whether receive() would look at a datagram. It does not while an event waits. Nor does it while a ServerHello is
  /// worked on, because that may be a forged one, and the genuine one come next. Until then a datagram stays in the
  /// transport.
  [[nodiscard]] bool takes_input() const;
  /// Takes a datagram, which is opened in place. It must not be longer than what the transport delivers whole. The
  /// bytes of a Message are part of it. Whatever does not fit is dropped and counted. Error::would_block unless
  /// takes_input(), and then nothing happened. Error::wrong_state before start().
  Status receive(MutBytes datagram, Instant now);

  /// After DerivationWanted, as Session::provide().
  Status provide(const ClientCredential& credential, Instant now);

  /// Sends a message as one datagram. Error::too_long if it does not fit (see longest_message()), Error::would_block if
  /// another datagram waits to be sent, Error::wrong_state if the session is not open. Error::limit when no further
  /// record is allowed, and then the session closes.
  Status send(Bytes message, Instant now);
  /// How long a message can be. 0 while the session is not open.
  [[nodiscard]] std::size_t longest_message() const;

  /// The transport has taken, or lost, outgoing().
  void sent(Instant now);

  /// When advance() is to be called at the latest, as Session::deadline(). It does not tell of events.
  [[nodiscard]] std::optional<Instant> deadline() const;
  /// Whether advance() has a step of work to do, whatever the time.
  [[nodiscard]] bool has_work() const;
  /// Does one step of work, or what time has made due.
  void advance(Instant now);

  /// Moves the sending direction to fresh keys as soon as the peer has shown that it follows (section 10).
  /// Error::wrong_state if the session is not open.
  Status rekey(Instant now);
  /// As Session::close().
  void close(Instant now, CloseReason reason = CloseReason::normal);
  /// As Session::exporter().
  Status exporter(Bytes label, Bytes context, MutBytes out) const;

  [[nodiscard]] bool is_open() const { return std::holds_alternative<Open>(phase_); }
  /// Whether all has ended, but for an event that waits. For a while after Closed a close is still answered (section
  /// 11.2), and it is not over. Whoever cannot wait so long may leave.
  [[nodiscard]] bool is_over() const { return std::holds_alternative<Over>(phase_); }

 private:
  /// A handshake. Its last frame is in the slot's storage, to be sent again when the schedule says so.
  struct Attempt {
    Attempt(const ClientSettings& settings, Random& random) : handshake(settings, random) {}

    Handshake handshake;
    DatagramFields fields{};
    /// A copy of the scalar, because a ServerHello that proves wrong must not cost it (section 6).
    P256Scalar scalar{};
    /// The frame under work, at most a ServerHello.
    ByteArray<kMaxServerHelloFrame> received{};
    /// Of the frame in the slot's storage.
    std::size_t frame_size = 0;
    std::uint8_t retries = 0;
    /// When the application was asked for the derivation.
    Instant asked{};
    /// What is to be reported if no good answer comes, which is the last refusal, or the fault of the last answer.
    Closed outlook{Error::timeout};
  };
  /// An open session. In the key flow, ClientFinish is sent again until a record has come.
  struct Open {
    template <class... Arguments>
    explicit Open(Arguments&&... arguments) : channel(static_cast<Arguments&&>(arguments)...) {}

    DatagramChannel channel;
    ByteArray<kFrameHeaderSize + kCidSize + kConfirmSize> finish{};
    bool finish_wanted = false;
    bool finish_due = false;
  };
  struct Over {};

  Attempt& attempt() { return *std::get_if<Attempt>(&phase_); }
  void receive_frame(Bytes datagram, Instant now);
  void follow_retry(Bytes cookie, Instant now);
  void note_reject(Bytes frame, Instant now);
  Status follow(Status step, const Writer& out, Instant now);
  void fall_back(Error error);
  void advance_attempt(Instant now);
  void advance_open(Open& open, Instant now);
  void send_finish(Open& open);
  void open(Instant now);
  void settle(const Open& open);
  void end(const Closed& closed);

  const ClientSettings& settings_;
  Random& random_;
  std::span<std::uint32_t> windows_;
  bool started_ = false;
  Retransmission retransmission_;
  std::variant<Attempt, Open, ClosedChannel, Over> phase_;
};

/// A client with its buffers and nothing else. It has datagrams of up to Tx bytes, and a window of so many counters.
template <std::size_t Tx = kMinDatagram, std::size_t Window = 128>
class StaticDatagramClient : private DatagramStorage<Tx, Window>, public DatagramClient {
 public:
  StaticDatagramClient(const ClientSettings& settings, Random& random)
      : DatagramClient(settings, random, this->tx, this->windows) {}
};

}  // namespace pawl
