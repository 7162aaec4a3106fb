// SPDX-License-Identifier: Apache-2.0
/// Both sides of NSTP with applications that write down what they are told, and the known-answer vectors of that wire,
/// tests/vectors/nstp.json.
#pragma once

#include <memory>
#include <optional>
#include <pawl/nstp/client.hpp>
#include <pawl/nstp/server.hpp>
#include <pawl/port/sim/seeded_random.hpp>

#include "tests/support/vectors.hpp"

namespace pawl::test {

/// The whole file, read once.
const Json& nstp_vectors();
/// The bytes of a field that is hex.
Buffer nstp_vector(const char* field);
/// The same, of a field of known size.
template <std::size_t N>
ByteArray<N> nstp_array(const char* field) {
  ByteArray<N> bytes{};
  copy(nstp_vector(field), bytes);
  return bytes;
}
/// The psk of "alice", "userpassword".
nstp::Psk nstp_psk();
/// The session key that belongs to it and to the nonces of the vectors.
AesKey nstp_key();
nstp::SessionNonce nstp_session_nonce();

/// "Server received: " and the text, as the published server answers.
Buffer nstp_answer(Bytes text);
/// What a client that has sealed `counter` messages before sends as the next one, with the key of the vectors.
Buffer nstp_message(std::uint32_t counter, Bytes text);
/// What a server answers with this nonce and the key of the vectors, length and all.
Buffer nstp_response(const GcmNonce& nonce, Bytes text);

/// One side and its application. Alter the public members, then start().
class NstpEnd {
 public:
  NstpEnd(const NstpEnd&) = delete;
  NstpEnd& operator=(const NstpEnd&) = delete;
  virtual ~NstpEnd() = default;

  std::size_t rx_size = 1024;
  std::size_t tx_size = 1024;
  /// What the application has seen.
  std::vector<Buffer> wanted;
  int established = 0;
  std::vector<Buffer> heard;
  std::optional<Error> closed;

  virtual Status start(Instant now) = 0;
  [[nodiscard]] virtual nstp::Endpoint& side() = 0;
  /// One read of the transport has given these bytes. Looks at all events; returns how many bytes were taken.
  std::size_t hear(Bytes chunk, Instant now);
  /// Looks at all events.
  void look();
  /// What it sends.
  Buffer take();

 protected:
  NstpEnd() = default;

 private:
  bool act(const nstp::Event& event);
  virtual void answer(const nstp::Event& event) = 0;
};

class NstpServer final : public NstpEnd {
 public:
  /// Draws from `random`, which outlives it.
  explicit NstpServer(Random& random) : random_(random) {}

  nstp::ServerSettings settings;
  nstp::Psk psk = nstp_psk();
  bool knows_user = true;
  /// Whether the application answers at once, PskWanted and Message.
  bool answers = true;

  Status start(Instant now) override;
  [[nodiscard]] nstp::Server& side() override { return *side_; }

 private:
  void answer(const nstp::Event& event) override;

  Random& random_;
  Buffer rx_;
  Buffer text_;
  Buffer tx_;
  std::unique_ptr<nstp::Server> side_;
};

class NstpClient final : public NstpEnd {
 public:
  explicit NstpClient(Random& random) : random_(random) {}

  Buffer user = bytes_of("alice");
  nstp::Psk psk = nstp_psk();
  std::uint16_t idle = 120;

  Status start(Instant now) override;
  [[nodiscard]] nstp::Client& side() override { return *side_; }

 private:
  void answer(const nstp::Event& /*event*/) override {}

  Random& random_;
  Buffer rx_;
  Buffer tx_;
  std::optional<nstp::ClientSettings> settings_;
  std::unique_ptr<nstp::Client> side_;
};

/// The nonces of the vectors for a server: of the session, then of its responses.
Buffer nstp_server_script();

/// A server that a client with the vectors' nonces has logged in to, ready to hear messages.
class OpenNstpServer {
 public:
  explicit OpenNstpServer(std::size_t rx_size = 1024);

  ScriptedRandom random;
  NstpServer end;
  Instant now{1'000'000};

  /// The server reads these bytes at once; what it answers.
  Buffer hear(Bytes chunk);
};

/// A client that a server with the vectors' nonces has accepted.
class OpenNstpClient {
 public:
  OpenNstpClient();

  ScriptedRandom random;
  NstpClient end;
  Instant now{1'000'000};

  /// It sends a message; the bytes.
  Buffer say(Bytes text);
  void hear(Bytes bytes) { end.hear(bytes, now); }
};

}  // namespace pawl::test
