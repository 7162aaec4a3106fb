// SPDX-License-Identifier: Apache-2.0
/// What the parts of a handshake share, which is its state, and the tables of functions by which settings name the
/// parts they want. What is not named is not linked.
#pragma once

#include <pawl/base/config.hpp>
#include <pawl/handshake/credential.hpp>
#include <pawl/handshake/key_schedule.hpp>
#include <pawl/handshake/transcript.hpp>
#include <pawl/wire/client_finish.hpp>
#include <pawl/wire/frame.hpp>
#include <pawl/wire/server_hello.hpp>

namespace pawl {

struct Settings;
class Resumption;

/// What a handshake waits for.
enum class Stage : std::uint8_t {
  frame,       ///< The peer's next frame, of type `awaits`.
  enrolment,   ///< The server application, for the enrolment of `user`, or for what is in the ticket there.
  derivation,  ///< The client application, for the credential derived with `salt` and `iterations`.
  work,        ///< A call of work().
  open,        ///< Nothing. Both sides are authenticated and the session secrets can be derived.
};

/// The scalar multiplications of modes psk_ecdhe and pake, one a call.
enum class Work : std::uint8_t { share, agree, verify };

/// What frames have over a datagram transport alone.
struct DatagramFields {
  /// Drawn by the server. A client's session takes it from the ServerHello.
  ByteArray<kCidSize> cid{};
  /// A client's, as the transcript has it.
  Bytes cookie{};
};

/// The state of one handshake. It goes, and is wiped, when the session opens or ends.
struct Handshake {
  Handshake(const Settings& s, Random& r) : settings(&s), random(&r) {}
  Handshake(const Handshake&) = delete;
  Handshake& operator=(const Handshake&) = delete;
  ~Handshake() = default;

  const Settings* settings;
  Random* random;
  /// The session's. Null on a stream.
  DatagramFields* datagram = nullptr;
  Stage stage = Stage::frame;
  Work next_work = Work::share;
  FrameType awaits = FrameType::client_hello;
  Kind kind = Kind::password;
  Mode mode = Mode::psk;
  /// In a server, the stand-in of PROTOCOL.md 8.4 is in use. Whatever the client proves, it is refused.
  bool decoy = false;
  std::uint16_t own_max_rx = 0;
  std::uint16_t peer_max_rx = 0;
  std::uint16_t idle = 0;
  std::uint32_t iterations = 0;
  Salt salt{};
  ByteArray<kNonceSize> nonce{};
  /// That of this mode. It means nothing in mode psk.
  const KeyExchange* exchange = nullptr;
  /// The application's, see ClientCredential and Enrolment. It views the hello until an enrolment is there, and may be
  /// a ticket then. With the decoy, it is as many bytes that mean nothing.
  Bytes user{};
  /// The frame being worked on, and the peer's share in it. Both view the receive buffer and are valid while stage is
  /// not `frame`.
  Bytes frame{};
  Bytes peer_share{};
  /// In a client, the settings' credential, or the one derived for this handshake.
  const ClientCredential* credential = nullptr;
  /// In a server with mode pake, the enrolment's or the decoy's.
  const PakeVerifier* pake = nullptr;
  /// The application's, if the session may be resumed, or else null.
  Resumption* resumption = nullptr;
  Transcript transcript{};
  P256Scalar scalar{};
  /// Our share to send. In mode psk_ecdhe it is the verifier L in a server of the password flow, and in one of the key
  /// flow before its share exists.
  ByteArray<kShareSize> share{};
  /// In mode psk_ecdhe psk || Z || V. In mode pake psk || K_main, and before that psk || Z with both coordinates.
  Secret<struct IkmTag, 96> ikm{};
  HandshakeSecret hs{};
  /// The confirm field that the peer's next frame must carry.
  ConfirmKey expected_confirm{};

  /// As frames have it, which is none on a stream.
  [[nodiscard]] Bytes cid() const { return datagram != nullptr ? Bytes(datagram->cid) : Bytes(); }

  std::span<std::uint8_t, 32> ikm_psk() { return ikm.writable().first<32>(); }
  std::span<std::uint8_t, 32> ikm_z() { return ikm.writable().subspan<32, 32>(); }
  std::span<std::uint8_t, 32> ikm_v() { return ikm.writable().subspan<64, 32>(); }
  std::span<std::uint8_t, kP256PointSize> ikm_point() { return ikm.writable().subspan<32, kP256PointSize>(); }

  /// The peer's share as a point. Parsing has seen to its size.
  [[nodiscard]] std::span<const std::uint8_t, kShareSize> peer_point() const { return peer_share.first<kShareSize>(); }

  void want_work(Work work) {
    next_work = work;
    stage = Stage::work;
  }
  void want_frame(FrameType type) {
    awaits = type;
    stage = Stage::frame;
  }

  /// Makes hs from what ikm holds for this mode. Wipes the scalar and ikm.
  void make_handshake_secret();
  /// Adds the head of the peer's next frame, all but its confirm, to the transcript and keeps the confirm it must
  /// carry. `fields` are what stands before the confirm.
  void expect_confirm(const ConfirmKey& key, FrameType type, Bytes fields);
  /// Ends a frame in `out` with its confirm, and adds that to the transcript.
  void send_confirm(const ConfirmKey& key, const Sha256::Digest& hash, Writer& out);
  /// Checks the confirm of the frame that expect_confirm() announced and adds it to the transcript.
  /// Error::authentication_failed.
  Status check_confirm(Bytes confirm);
};

/// One side of the handshake, `initiator` or `responder`, or one of them with tickets, `resuming_initiator` or
/// `resuming_responder`. Frames to send are written to `out`. Any error ends the handshake.
struct Role {
  Side side;
  /// Whether a server takes tickets.
  bool tickets;
  /// Begins. A client draws its nonce.
  Status (*start)(Handshake& handshake, Writer& out);
  /// Takes a whole frame whose header has been checked and whose type is `awaits`.
  Status (*receive)(Handshake& handshake, Bytes frame, Writer& out);
  /// Does next_work.
  Status (*work)(Handshake& handshake, Writer& out);
  /// Tells the peer on a stream that a handshake has failed, and no more than PROTOCOL.md 4 allows. The seconds go with
  /// Error::busy. Null in a client, which goes without a word.
  void (*refuse)(Error error, std::uint16_t retry_after, Writer& out);
  /// Both sides are authenticated, and hs is still there. Null without tickets.
  void (*opened)(Handshake& handshake);
};

/// What all settings have. They belong to the application and outlive the sessions made from them. One can serve many
/// sessions.
struct Settings {
  explicit Settings(const Role& r) : role(&r) {}

  const Role* role;
  /// A client has that of its credential's mode, which is null in mode psk. A server has &p256_exchange, or null if it
  /// has no mode psk_ecdhe.
  const KeyExchange* exchange = nullptr;
  /// The longest record to accept, 64..8191. The receive buffer may lower it further.
  std::uint16_t max_rx = kMaxMaxRx;
  /// The idle time-out to ask for in seconds. It is 3..65535, or 0 for none. The smaller of both sides' wishes holds
  /// (PROTOCOL.md 4.2, 11.1).
  std::uint16_t idle = 120;
  /// Records in an epoch before this side moves on, 1..2^22 (PROTOCOL.md 10).
  std::uint32_t soft_record_limit = Config::kSoftRecordLimit;
};

}  // namespace pawl
