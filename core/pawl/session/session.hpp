// SPDX-License-Identifier: Apache-2.0
/// The public header of Pawl, for a secure session with one peer over a stream.
///
/// A Session is sans-I/O. It takes bytes and the time and gives bytes, events and the next deadline. It never calls
/// back, blocks, reads a clock or, with Mbed TLS, allocates (crypto/backend.hpp). Its application moves the bytes, for
/// example with port/pump.hpp:
///
///     session.start(now);
///     for (;;) {
///       write session.outgoing() to the transport and tell it by sent();
///       read from the transport and feed receive(); tell end_of_stream() when it ends;
///       act on next_event() until there is none;
///       call advance(now) whenever deadline() has come;
///       leave when is_over(), with no event and nothing outgoing() left.
///     }
///
/// One call does at most one scalar multiplication or one record each way, so that a slow device can feed its watchdog
/// in between. The wire is specified in core/PROTOCOL.md, and sections in comments are sections of it.
#pragma once

#include <optional>

#include <pawl/handshake/key.hpp>
#include <pawl/handshake/password.hpp>
#include <pawl/handshake/resumption.hpp>
#include <pawl/record/stream_opener.hpp>
#include <pawl/record/stream_sealer.hpp>
#include <pawl/session/event.hpp>
#include <pawl/session/outbox.hpp>
#include <pawl/wire/ticket_record.hpp>

namespace pawl {

/// The smallest receive and send buffers of a session. They hold a whole handshake frame without tickets. A ticket of
/// TicketKeys takes up to 322 bytes of the client's send buffer and the server's receive buffer. A client whose buffer
/// has no room for its ticket does without.
inline constexpr std::size_t kMinBuffer = 256;

/// One end of a session over a stream, a client or a server. The top of this file says how it is driven.
class Session {
 public:
  /// Bytes of the send buffer that data leaves free, so that a pong and a close always find room.
  static constexpr std::size_t kReserve = (kRecordOverhead + kPingSize) + (kRecordOverhead + kCloseSize);

  /// `settings` are ClientSettings or ServerSettings. They, `random` and both buffers belong to the caller and must
  /// outlive the session. Each buffer is at least kMinBuffer long. `rx` holds one record. Its size and settings.max_rx
  /// bound the records that the peer may send. `tx` holds what is not yet sent. A record can be no longer than
  /// tx.size() - kReserve.
  Session(const Settings& settings, Random& random, MutBytes rx, MutBytes tx);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  /// Wipes its secrets and what is left in `rx`, which is the last message.
  ~Session();

  /// Begins. A client calls it right after the transport is connected, or before if making its key share takes long. A
  /// server calls it when it has accepted the transport. Error::invalid_argument for settings or buffers out of range,
  /// Error::random_failed, Error::wrong_state if started before. After an error the session is over.
  Status start(Instant now);

  /// Takes bytes from the transport and returns how many. It stops after one frame or record, so call it again with the
  /// rest, after looking for an event. It takes nothing, and returns 0, while an event waits, while has_work(), or when
  /// the session is over. It ends the life of the bytes of the last Message. Error::wrong_state before start() and
  /// while the buffers are detached.
  Result<std::size_t> receive(Bytes in, Instant now);

  /// The transport has ended or failed, and all that came before was taken by receive().
  void end_of_stream(Instant now);

  /// The next event, or std::monostate. Events come one at a time and once.
  Event next_event();

  /// At a server, after CredentialWanted, the user's enrolment. enrolment.user must stay valid as long as the session,
  /// enrolment.pake as long as the handshake. Error::invalid_argument if the enrolment is not of that user, one of a
  /// password without iterations, or one of mode pake without enrolment.pake. Error::wrong_state if no enrolment is
  /// wanted.
  Status provide(const Enrolment& enrolment, Instant now);
  /// At a server, after CredentialWanted of Kind::ticket, what TicketKeys::open() has found in the ticket, and the
  /// enrolment of its user, which stays valid as above. The client is refused, and the error returned is
  /// Error::authentication_failed, if the enrolment is another one than when the ticket was sealed, or the session
  /// would lose forward secrecy. Error::wrong_state if no enrolment is wanted.
  Status provide(const Ticket& ticket, const Enrolment& enrolment, Instant now);
  /// At a server of ResumingServerSettings, before provide(). `resumption` will have what the tickets of this session
  /// need, and outlives the handshake. Error::wrong_state if no enrolment is wanted.
  Status set_resumption(Resumption& resumption);
  /// At a server, after CredentialWanted, says that there is no such user. The client will not be able to tell (section
  /// 8.4).
  Status provide_none(Instant now);
  /// At a server, after CredentialWanted, sends Reject(3), busy, with the seconds to wait, and is over. 0 seconds is
  /// unknown.
  Status refuse(std::uint16_t retry_after, Instant now);
  /// At a client, after DerivationWanted, the derived credential, which must outlive the session.
  /// Error::invalid_argument if it is not the one asked for, Error::wrong_state if none is wanted. If the derivation
  /// took too long for the server to wait, the session ends with Error::derivation_slow. Make a new one then, with the
  /// credential now at hand.
  Status provide(const ClientCredential& credential, Instant now);

  /// Sends `part` as a fragment of a message, which `last` ends. Messages have no length limit, and may be empty.
  /// Returns how many bytes were taken, as much as fits one record. Call again with the rest. Error::would_block if
  /// there is no room now (deliver outgoing() first), Error::wrong_state if the session is not open. Error::limit when
  /// no further record is allowed, and then the session closes.
  Result<std::size_t> send(Bytes part, bool last, Instant now);

  /// Sends a ticket to the client. Error::too_long if the client or this session's buffer has no room for such a record
  /// ever, Error::would_block and Error::wrong_state as send(). Error::limit as send(). Error::invalid_argument if the
  /// ticket is empty or longer than kMaxTicket, or this is a client.
  Status send_ticket(const TicketRecord& ticket, Instant now);

  /// The bytes to write to the transport. Valid until the next call of any member but outgoing() and deadline().
  [[nodiscard]] Bytes outgoing() const { return outbox_.pending(); }
  /// The transport has taken the first n bytes of outgoing().
  void sent(std::size_t n, Instant now);

  /// When advance() is to be called at the latest. A moment that has passed means now, as at_once() does, which it is
  /// while has_work(). None if there is nothing to wait for, which is so before start(), and when the session is over.
  [[nodiscard]] std::optional<Instant> deadline() const;
  /// Whether advance() has a step of work to do, whatever the time.
  [[nodiscard]] bool has_work() const { return awaits(Stage::work); }
  /// Does one step of work, or what time has made due, which are time-outs, pings, and rekeying by age.
  void advance(Instant now);

  /// The application takes no input now, for example because nobody reads what it puts out. Who does not listen does
  /// not wait for the peer: the idle time-out begins anew. To be called before advance(), for as long as that is so;
  /// the peer goes on being pinged.
  void not_listening(Instant now);
  /// Sends a ping as soon as there is room for it. For an application that takes its input slowly: it may be working on
  /// what has come long ago, and a peer that has sent all it had would hear nothing of this side. Nothing is done
  /// unless the session is open.
  void ping(Instant now);

  /// Moves the sending direction to fresh keys, now and without a message (section 10). Nothing to do, and nothing
  /// done, while nothing was sent under the present ones. Error::wrong_state if the session is not open.
  Status rekey(Instant now);

  /// Ends the session in good order. An open one sends a close after all that was sent, and waits up to 5 s for the
  /// answer. Closed tells the outcome. A handshake is abandoned. `reason` is what the peer is told. A server that makes
  /// room for others says CloseReason::limit.
  void close(Instant now, CloseReason reason = CloseReason::normal);

  /// Derives up to 32 bytes that only the two ends of this session know (section 7). |label| <= 249. Error::wrong_state
  /// if the session is not open, Error::invalid_argument for the lengths.
  Status exporter(Bytes label, Bytes context, MutBytes out) const;

  /// The idle time-out in seconds that both ends have agreed on, 0 for none. 0 until Established.
  [[nodiscard]] std::uint16_t idle() const { return idle_; }
  /// The authenticated user, as a view of what the application supplied in the credential or enrolment. Empty until
  /// Established.
  [[nodiscard]] Bytes user() const { return user_; }
  [[nodiscard]] bool is_open() const { return phase_ == Phase::open || phase_ == Phase::closing; }
  /// Whether it has ended. An event may still wait, Closed at the latest, and outgoing() may have its last words.
  [[nodiscard]] bool is_over() const { return phase_ == Phase::over; }

  /// Gives both buffers back while they are empty, so that idle sessions can share a few. False if they are not empty.
  /// attach() must come before any other call but deadline(), has_work(), user(), is_open() and is_over(). The last
  /// Message ends.
  bool detach();
  /// Error::invalid_argument if one is below kMinBuffer or `rx` cannot hold what was announced to the peer.
  /// Error::wrong_state if not detached.
  Status attach(MutBytes rx, MutBytes tx);

 private:
  enum class Phase : std::uint8_t { fresh, handshake, open, closing, over };
  /// What next_event() tells first.
  enum class News : std::uint8_t { none, wish, established, message, ticket };

  /// The secrets of an open session.
  struct Open {
    explicit Open(SessionSecrets&& secrets);

    ExporterSecret exporter;
    StreamSealer sealer;
    StreamOpener opener;
  };

  /// The phase tells which of them is there.
  union Secrets {
    Secrets(const Settings& settings, Random& random) : handshake(settings, random) {}
    ~Secrets() {}  // NOLINT(modernize-use-equals-default): drop_secrets() ends them, a default one would be deleted

    Handshake handshake;
    Open open;
  };

  [[nodiscard]] bool is_client() const { return settings_.role->side == Side::client; }
  [[nodiscard]] bool begins() const { return phase_ <= Phase::handshake; }
  /// Whether the handshake is at this stage.
  [[nodiscard]] bool awaits(Stage stage) const { return begins() && secrets_.handshake.stage == stage; }
  [[nodiscard]] bool opening() const { return begins() && secrets_.handshake.awaits == FrameType::client_hello; }
  void set_clock(Instant now);

  // Input.
  [[nodiscard]] bool takes_input() const;
  void take();
  Status take_first_byte();
  Status take_frame_header();
  Status take_record_header();
  void take_frame();
  void take_record();

  // The handshake.
  Status follow(Status step, const Writer& out);
  void open();
  void say_refused(Error error, std::uint16_t retry_after);

  // The open session.
  Status seal(RecordType type, Bytes content);
  Status rekey_if_due();
  /// An epoch is left only after a record was sent in it, because the receiver sees one bit of the epoch number.
  [[nodiscard]] bool can_rekey() const { return secrets_.open.sealer.counter() > 0; }
  /// Sends the control records that are due and find room.
  void flush();
  void send_close(CloseReason reason);
  /// Sends a close and waits for the answer. Afterwards `error` is reported. Nothing happens if one was sent already.
  void begin_close(CloseReason reason, Error error);
  void receive_content(const RecordContent& content);
  /// Something authentic arrived. The idle time-out and the next ping are as far off as can be.
  void heard();
  void put_off_idle();
  void put_off_ping();
  void advance_open();

  // The end.
  void drop_secrets();
  void fail(Error error, bool silent = false);
  void cut_off();
  void end(const Closed& closed);

  // What is used most comes first, where a microcontroller's short instructions reach it.
  Phase phase_ = Phase::fresh;
  News news_ = News::none;
  /// Closed is still to be told.
  bool closed_waits_ = false;
  bool pong_wanted_ = false;
  bool ping_wanted_ = false;
  bool rekey_wanted_ = false;
  /// The peer has begun a message and not ended it.
  bool receiving_message_ = false;
  std::uint16_t own_max_rx_ = 0;
  std::uint16_t peer_max_rx_ = 0;
  /// The effective idle time-out in seconds, or 0 for none.
  std::uint16_t idle_ = 0;
  /// What is to be reported in the end, as far as it is known.
  Closed closed_;
  const Settings& settings_;
  Random& random_;
  std::size_t rx_size_ = 0;
  /// How many bytes are to be there before they are looked at. It is 1 where a frame or record begins.
  std::size_t want_ = 1;
  MutBytes rx_;
  Outbox outbox_;
  /// The time of the present call.
  SessionTime now_;
  /// When the handshake, or the session, has lasted long enough, or, in Phase::closing, when the peer has had its time
  /// to answer.
  SessionTime end_due_;
  SessionTime idle_due_ = kNotInSession;
  SessionTime ping_due_ = kNotInSession;
  SessionTime rekey_due_;
  Bytes message_;
  Bytes user_;
  ByteArray<kPingSize> pong_{};
  Instant began_;
  Secrets secrets_;
};

/// The buffers of a StaticSession. They are a base, so that they outlive the session.
template <std::size_t Rx, std::size_t Tx>
struct SessionBuffers {
  static_assert(Rx >= kMinBuffer && Tx >= kMinBuffer);
  ByteArray<Rx> rx;
  ByteArray<Tx> tx;
};

/// A session with its buffers, and nothing else.
template <std::size_t Rx, std::size_t Tx = Rx>
class StaticSession : private SessionBuffers<Rx, Tx>, public Session {
 public:
  StaticSession(const Settings& settings, Random& random) : Session(settings, random, this->rx, this->tx) {}
};

}  // namespace pawl
