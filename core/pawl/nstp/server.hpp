// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/nstp/cipher.hpp>
#include <pawl/nstp/endpoint.hpp>
#include <pawl/nstp/hello.hpp>
#include <pawl/nstp/key_schedule.hpp>

namespace pawl::nstp {

/// What a server is given.
struct ServerSettings {
  /// Seconds without a genuine message after which a client is given up. 0 is never.
  std::uint16_t idle = 120;
};

/// The server of an NSTP connection. It knows users by their Psk, which its application looks up. It never derives one,
/// so an unauthenticated client costs it three HMACs. A client that fails is told nothing, and one whose user does not
/// exist sees the same as one whose password is wrong.
class Server final : public Endpoint {
 public:
  /// The smallest buffers. `rx` must hold the hello, and `tx` the proof.
  static constexpr std::size_t kMinRx = kMaxHello;
  static constexpr std::size_t kMinTx = kProofSize;

  /// All belong to the caller and outlive the server. `rx` holds what came and is not opened yet. That is the longest
  /// message, with kMessageOverhead, and more if several are to fit. The text of a message comes to `text`, which is as
  /// long as `rx`. `tx` holds a response, with kResponseOverhead.
  Server(const ServerSettings& settings, Random& random, MutBytes rx, MutBytes text, MutBytes tx)
      : Endpoint(rx, tx), settings_(settings), random_(random), text_(text) {}
  ~Server() { wipe(text_); }

  Status start(Instant now) override;

  /// As Endpoint::receive(). **`in` has to be all that one read of the transport gave**, because nothing delimits a
  /// message. That a read ended is the only sign that the message may have. So once all of `in` was taken, what is
  /// there of a message is tried. If it verifies, it is one. If it does not, it may be incomplete, or altered. It is
  /// kept until more comes, and dropped when the next message begins, which its session nonce shows, or when `rx` is
  /// full. Thus messages may arrive several in one read, or in pieces. But a caller that joins or cuts what its reads
  /// gave makes work, and an altered message is only dropped once another one comes.
  ///
  /// Error::unsupported ends the connection at a first byte of 0, which begins a frame of version 2 or an empty name.
  /// Error::authentication_failed ends it at a wrong proof. Nothing that comes later ends it. What is foreign, repeated
  /// or altered is dropped without an answer, and counted.
  Result<std::size_t> receive(Bytes in, Instant now) override;
  /// Ends with Error::none if open and no message has begun, Error::truncated if one has, Error::connection_lost
  /// before.
  void end_of_stream(Instant now) override;
  /// Opens at most what is in `rx`.
  Event next_event() override;

  /// After PskWanted, the user's key, which is not used later. Error::wrong_state if none is wanted.
  /// Error::random_failed, after which it is over.
  Status provide(const Psk& psk);
  /// After PskWanted, says that there is no such user. The client will not be able to tell. The errors are those of
  /// provide().
  Status provide_none();

  /// Answers the last Message. Error::wrong_state if there is none, Error::invalid_argument if `tx` is too small or the
  /// text longer than kMaxResponseText, Error::random_failed, after which it is over. `text` may be that of the
  /// Message.
  Status respond(Bytes text);

  /// How many stretches of bytes were dropped because they were foreign, repeated, altered, or too long.
  [[nodiscard]] std::uint32_t dropped() const { return dropped_; }

 private:
  std::size_t take_handshake(Bytes in, Instant now);
  void take_hello();
  void take_proof();
  void take_message();
  bool take_piece();
  void drop(std::size_t n);
  void forget() override;

  const ServerSettings& settings_;
  Random& random_;
  MutBytes text_;
  ClientNonce client_nonce_{};
  SessionNonce session_nonce_{};
  SessionKeys keys_{};
  std::optional<ServerCipher> cipher_{};
  Instant received_{};
  /// All that the last read gave is in rx_.
  bool read_ended_ = false;
  /// A Message was given and not answered.
  bool response_due_ = false;
  std::uint32_t dropped_ = 0;
};

}  // namespace pawl::nstp
