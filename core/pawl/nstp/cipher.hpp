// SPDX-License-Identifier: Apache-2.0
/// The messages and responses of one session, NSTP.md 4 and 5.
///
///     message     nonce 12 = session_nonce 8 | counter 4      ciphertext n      tag 16
///     response    length 2      nonce 12, random      ciphertext n      tag 16      (length = 28 + n)
///
/// One key seals both ways, without associated data. So that no two of its nonces are alike, messages and responses are
/// told apart by how their nonces begin. A message has to begin with the session nonce, and a response that would begin
/// like a message is never sealed or opened. That also stops a response that is reflected, and a message that comes
/// back as one.
#pragma once

#include <pawl/base/random.hpp>
#include <pawl/nstp/parameters.hpp>

namespace pawl::nstp {

/// The client's half, which seals messages and opens responses. It owns key and counter together and can be neither
/// copied nor moved. It takes no nonce from anyone, counts before it encrypts, and refuses after 2^32 messages.
class ClientCipher {
 public:
  ClientCipher(const AesKey& key, const SessionNonce& session_nonce)
      : key_(key.bytes()), session_nonce_(session_nonce) {}
  ClientCipher(const ClientCipher&) = delete;
  ClientCipher& operator=(const ClientCipher&) = delete;
  ~ClientCipher() = default;

  /// Makes a message in place. On entry message[12 .. size - 16) is the text. Error::invalid_argument if `message` is
  /// shorter than kMessageOverhead, Error::limit after the last counter.
  Status seal(MutBytes message);

  /// Opens a response, without its length, in place, and gives its text, which is a part of it. Error::tampered if it
  /// does not verify, is too short, or bears the nonce of a message.
  [[nodiscard]] Result<MutBytes> open(MutBytes response) const;

 private:
  AesGcmKey key_;
  SessionNonce session_nonce_;
  std::uint64_t counter_ = 0;
};

/// The server's half, which opens messages and seals responses. Neither copied nor moved, like the other.
class ServerCipher {
 public:
  ServerCipher(const AesKey& key, const SessionNonce& session_nonce)
      : key_(key.bytes()), session_nonce_(session_nonce) {}
  ServerCipher(const ServerCipher&) = delete;
  ServerCipher& operator=(const ServerCipher&) = delete;
  ~ServerCipher() = default;

  /// Whether the message, of at least 12 bytes, bears the session nonce and a counter above all that were opened. What
  /// does not is foreign or repeated.
  [[nodiscard]] bool is_next(Bytes message) const;

  /// Opens a message. Its text goes to the front of `text`, which is as long as the message and does not overlap it.
  /// `message` stays as it is. Its counter counts as used only if this succeeds. Counters may be left out.
  /// Error::tampered if the message does not verify, is too short or is not is_next(), and the text is zeros then.
  Result<MutBytes> open(Bytes message, MutBytes text);

  /// Makes a response in place. On entry response[14 .. size - 16) is the text. Its nonce is drawn from `random`.
  /// Error::invalid_argument if `response` is shorter than kResponseOverhead or longer than its length can say.
  /// Error::random_failed if `random` fails, or gives a nonce that begins like a message's, which a working source does
  /// once in 2^64.
  Status seal(MutBytes response, Random& random) const;

 private:
  AesGcmKey key_;
  SessionNonce session_nonce_;
  /// The lowest counter that is_next().
  std::uint64_t next_ = 0;
};

}  // namespace pawl::nstp
