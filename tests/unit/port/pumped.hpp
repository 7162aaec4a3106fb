// SPDX-License-Identifier: Apache-2.0
/// A session with its pump over any transport, and an application that answers its questions, sends what it has to send
/// and writes down what it is told.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <utility>

#include <pawl/crypto/constant_time.hpp>
#include <pawl/handshake/p256.hpp>
#include <pawl/port/pump.hpp>
#include <pawl/session/session.hpp>

#include "tests/support/end.hpp"

namespace pawl::test {

/// Counts what happens on a transport.
class Meter final : public Transport {
 public:
  explicit Meter(Transport& under) : under_(under) {}

  /// Bytes moved, and ends seen or made.
  [[nodiscard]] std::size_t moves() const { return read_ + written_ + ends_; }
  [[nodiscard]] std::size_t bytes_read() const { return read_; }
  [[nodiscard]] std::size_t bytes_written() const { return written_; }

  Result<std::size_t> read(MutBytes buffer) override { return count(under_.read(buffer), read_); }
  Result<std::size_t> write(Bytes bytes) override { return count(under_.write(bytes), written_); }
  void shutdown() override {
    ++ends_;
    under_.shutdown();
  }
  void close() override {
    ++ends_;
    under_.close();
  }

 private:
  Result<std::size_t> count(Result<std::size_t> result, std::size_t& bytes) {
    if (result.ok()) {
      bytes += result.value();
    } else {
      ++ends_;
    }
    return result;
  }

  Transport& under_;
  std::size_t read_ = 0;
  std::size_t written_ = 0;
  std::size_t ends_ = 0;
};

/// More than any test needs.
inline constexpr int kMostRounds = 100'000;

/// The sizes of a pumped session's buffers.
struct Sizes {
  std::size_t rx = 512;
  std::size_t tx = 512;
  std::size_t input = 512;
};

class Pumped {
  const Enrolment* known_;
  SeededRandom random_;
  Buffer rx_;
  Buffer tx_;
  Buffer input_;

 public:
  Pumped(const Settings& settings, const Enrolment* known, std::uint32_t seed, Transport& transport,
         const Sizes& sizes = {})
      : known_(known),
        random_(seed),
        rx_(sizes.rx),
        tx_(sizes.tx),
        input_(sizes.input),
        meter(transport),
        session(settings, random_, rx_, tx_),
        pump(session, meter, input_) {}
  Pumped(const Pumped&) = delete;
  Pumped& operator=(const Pumped&) = delete;
  ~Pumped() = default;

  Meter meter;
  Session session;
  Pump pump;
  Seen seen;
  /// Whether the application takes events; if not, the pump only flushes.
  bool reads = true;
  /// Whether it answers CredentialWanted.
  bool answers = true;
  /// Whether it answers that it is busy for 7 s.
  bool busy = false;
  /// Messages to send as soon as there is room.
  std::deque<Buffer> to_send;

  /// Does what can be done at `now`; false if that was nothing.
  bool run(Instant now) {
    const std::size_t before = meter.moves();
    bool acted = send(now);
    if (reads) {
      for (Event event = pump.run(now); is_event(event); event = pump.run(now)) {
        note(event, now);
        acted = true;
      }
    } else {
      pump.flush(now);
    }
    const auto due = pump.deadline();
    return acted || meter.moves() != before || (reads && due && *due <= now);
  }

  /// run() until it moves nothing more; false if it never comes to rest.
  [[nodiscard]] bool settle(Instant now) {
    for (int round = 0; round < kMostRounds; ++round) {
      if (!run(now)) return true;
    }
    return false;
  }

  /// The error it closed with; the test fails if it has not closed.
  [[nodiscard]] Error error() const {
    EXPECT_TRUE(seen.closed.has_value());
    return seen.closed.value_or(Closed{}).error;
  }

 private:
  bool send(Instant now) {
    bool sent = false;
    while (!to_send.empty()) {
      Buffer& message = to_send.front();
      const auto taken = session.send(message, true, now);
      if (!taken.ok()) break;
      sent = true;
      message.erase(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(taken.value()));
      if (message.empty()) to_send.pop_front();
    }
    return sent;
  }

  void note(const Event& event, Instant now) {
    if (const auto* wanted = std::get_if<CredentialWanted>(&event)) {
      seen.credentials_wanted.push_back({Buffer(wanted->user.begin(), wanted->user.end()), wanted->kind, wanted->mode});
      EXPECT_TRUE(!answers || answer(*wanted, now).ok());
    } else if (std::holds_alternative<Established>(event)) {
      ++seen.established;
    } else if (const auto* message = std::get_if<Message>(&event)) {
      seen.fragments.push_back({Buffer(message->bytes.begin(), message->bytes.end()), message->last});
    } else if (const auto* closed = std::get_if<Closed>(&event)) {
      EXPECT_FALSE(seen.closed.has_value()) << "a session ends once";
      seen.closed = *closed;
    } else {
      ADD_FAILURE() << "an event that this test does not know";
    }
  }

  Status answer(const CredentialWanted& wanted, Instant now) {
    if (busy) return session.refuse(7, now);
    return equal(wanted.user, known_->user) ? session.provide(*known_, now) : session.provide_none(now);
  }
};

/// The settings of both sides for one user.
class User {
  Enrolled client_;
  Enrolled server_;
  PakeVerifier decoy_pake_;
  Decoy decoy_;

 public:
  explicit User(const Account& account) : User(account, account) {}
  /// The server knows another secret than the client.
  User(const Account& of_client, const Account& of_server)
      : client_(of_client),
        server_(of_server),
        decoy_(EnumerationKey{Bytes(pattern(32)).first<32>()}, 1000),
        client(of_client.flow.kind == Kind::password ? password_initiator : key_initiator, client_.credential),
        server(decoy_) {
    EXPECT_TRUE(decoy_.prepare(p256_exchange).ok());
    EXPECT_TRUE(decoy_.prepare_pake(p256_pake, decoy_pake_).ok());
    client.exchange = exchange_for(of_client.flow.mode);
    client.iterations_floor = of_client.iterations;
    server.exchange = &p256_exchange;
    server.pake = &p256_pake;
    server.password_flow = &password_responder;
    server.key_flow = &key_responder;
  }

  ClientSettings client;
  ServerSettings server;

  [[nodiscard]] const Enrolment& enrolment() const { return server_.enrolment; }
};

}  // namespace pawl::test
