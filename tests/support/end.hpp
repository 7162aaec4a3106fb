// SPDX-License-Identifier: Apache-2.0
/// One end of a session: the Session, all that belongs to it, and an application that answers its questions and writes
/// down what it says.
#pragma once

#include <memory>
#include <optional>
#include <pawl/handshake/p256.hpp>
#include <pawl/port/sim/seeded_random.hpp>
#include <pawl/session/session.hpp>
#include <utility>

#include "tests/support/enrolled.hpp"

namespace pawl::test {

inline constexpr std::size_t kAtOnce = ~std::size_t{0};

/// What the application has seen, in copies of its own.
struct Seen {
  struct Wish {
    Buffer user;
    Kind kind;
    Mode mode;
  };
  struct Fragment {
    Buffer bytes;
    bool last;
  };
  /// CredentialWanted, DerivationWanted and Established.
  std::vector<Wish> credentials_wanted;
  std::vector<DerivationWanted> derivations_wanted;
  int established = 0;
  std::vector<Fragment> fragments;
  /// The contents of ticket records.
  std::vector<Buffer> tickets;
  std::optional<Closed> closed;

  /// All bytes received.
  [[nodiscard]] Buffer bytes() const;
  /// How many messages ended.
  [[nodiscard]] std::size_t messages() const;
};

/// The decoy of every server of the tests.
const Decoy& test_decoy();

/// Alter the public members, then start().
class End {
 public:
  End(const End&) = delete;
  End& operator=(const End&) = delete;
  virtual ~End() = default;

  std::size_t rx_size = 512;
  std::size_t tx_size = 512;
  /// Where the session draws from; by default a seeded source of its own. Not owned.
  Random* random;
  /// Whether the application answers CredentialWanted and DerivationWanted, or only writes them down.
  bool answers = true;
  /// Whether the application reads from its transport and looks at events.
  bool reads = true;
  Seen seen;
  /// How the last answer to a wish went.
  Status answered;

  /// Makes the session and starts it. Once only.
  Status start(Instant now);
  [[nodiscard]] bool started() const { return session_ != nullptr; }
  [[nodiscard]] Session& session() { return *session_; }
  /// Whether the session has ended.
  [[nodiscard]] bool over() const { return started() && session_->is_over(); }

  /// Does what is due and looks at events until there is none of either.
  void run(Instant now);
  /// Hands `in` to the session, at most `piece` bytes a call, with run() in between; returns how many bytes it took.
  std::size_t give(Bytes in, Instant now, std::size_t piece = kAtOnce);
  /// Takes all that the session wants to send, at most `piece` bytes a call, with run() in between.
  Buffer take(Instant now, std::size_t piece = kAtOnce);
  /// Sends a message of any length as far as there is room, calling send() once for each record; returns how many bytes
  /// were taken. The message ends only with its last byte.
  std::size_t send(Bytes message, Instant now);
  /// The transport has ended.
  void end_of_stream(Instant now);

 protected:
  explicit End(std::uint32_t seed) : random(&own_random_), own_random_(seed) {}

 private:
  [[nodiscard]] virtual const Settings& session_settings() const = 0;
  /// Answers a CredentialWanted or DerivationWanted.
  virtual Status answer(const Event& wish, Instant now) = 0;
  bool look(Instant now);

  SeededRandom own_random_;
  Buffer rx_;
  Buffer tx_;
  std::unique_ptr<Session> session_;
};

class Client final : public End {
 public:
  /// Uses the derived credential of `enrolled`; a floor for the vectors' 1000 iterations.
  explicit Client(const Enrolled& enrolled, std::uint32_t seed = 1);

  /// From now on the client has only the password, and derives when asked. Before start().
  void forget_derived();

  ClientSettings settings;

 private:
  [[nodiscard]] const Settings& session_settings() const override { return settings; }
  Status answer(const Event& wish, Instant now) override;

  const Enrolled& enrolled_;
  /// User, kind and mode alone; and what was derived when asked.
  ClientCredential bare_;
  PakeBlinds blinds_;
  ClientCredential derived_;
};

class Server final : public End {
 public:
  explicit Server(std::uint32_t seed = 2);

  /// The users it knows; not owned.
  std::vector<const Enrolled*> users;
  ServerSettings settings;

 private:
  [[nodiscard]] const Settings& session_settings() const override { return settings; }
  Status answer(const Event& wish, Instant now) override;
};

}  // namespace pawl::test
