// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/nstp/cipher.hpp>
#include <pawl/nstp/endpoint.hpp>
#include <pawl/nstp/hello.hpp>
#include <pawl/nstp/key_schedule.hpp>

namespace pawl::nstp {

/// What a client is given.
struct ClientSettings {
  /// 1..255 bytes.
  Bytes user;
  const Psk& psk;
  /// Seconds that a response may take. 0 is for ever.
  std::uint16_t idle = 120;
};

/// The client of an NSTP connection. It has one message on its way at a time, and the next one waits for the response.
/// There are two reasons. Nothing on the wire keeps two messages apart, and nothing on it says which message a response
/// belongs to. So a response that nobody waits for ends the connection. But an earlier one that is repeated cannot be
/// told from the one awaited. Whoever knows what the server has to answer should compare.
class Client final : public Endpoint {
 public:
  /// The smallest buffers. `rx` must hold the server's proof, and `tx` the hello.
  static constexpr std::size_t kMinRx = kProofSize;
  static constexpr std::size_t kMinTx = kMaxHello;

  /// All belong to the caller and outlive the client. `rx` holds a response, with kMessageOverhead, and `tx` a message,
  /// with kMessageOverhead.
  Client(const ClientSettings& settings, Random& random, MutBytes rx, MutBytes tx)
      : Endpoint(rx, tx), settings_(settings), random_(random) {}
  ~Client() = default;

  Status start(Instant now) override;
  /// Error::tampered ends the connection at a response that does not verify, that is longer than `rx`, or that no
  /// message waits for. Error::unsupported ends it at a Reject of version 2 in the place of a session nonce.
  Result<std::size_t> receive(Bytes in, Instant now) override;
  /// Ends with Error::connection_lost before the server said a word, with authentication_failed in the place of its
  /// proof, and with Error::truncated later, since a server of NSTP never ends first.
  void end_of_stream(Instant now) override;

  /// Sends a message. Error::wrong_state unless open, Error::would_block while a response is due,
  /// Error::invalid_argument if `tx` is too small, Error::limit after 2^32 messages.
  Status send(Bytes text, Instant now);
  /// Whether a message was sent and not answered.
  [[nodiscard]] bool awaits_response() const { return awaits_response_; }

 private:
  void take_session_nonce();
  void take_proof();
  void take_response();
  [[nodiscard]] std::size_t wanted() const;
  void forget() override;

  const ClientSettings& settings_;
  Random& random_;
  ClientNonce client_nonce_{};
  SessionKeys keys_{};
  SessionNonce session_nonce_{};
  std::optional<ClientCipher> cipher_{};
  /// The length of the response under way. 0 while it has not been read.
  std::size_t response_size_ = 0;
  bool awaits_response_ = false;
};

}  // namespace pawl::nstp
