// SPDX-License-Identifier: Apache-2.0
// Whole sessions, enrolment included, without a single call of the heap.
#include <gtest/gtest.h>

#include <pawl/crypto/backend.hpp>
#include <pawl/handshake/p256.hpp>
#include <pawl/port/sim/seeded_random.hpp>
#include <pawl/session/session.hpp>

#include "tests/support/heap_trap.hpp"
#include "tests/support/names.hpp"

namespace pawl::test::session_heap_test {
namespace {

constexpr std::size_t kMessage = 3000;
constexpr std::uint32_t kIterations = 100;

/// What a user is enrolled with, without the heap.
constexpr auto kUser = ascii("alice");
constexpr auto kPassword = ascii("correct horse");
constexpr Salt kSalt{1, 2, 3};

Status derive(const Flow& flow, ClientCredential& credential) {
  if (flow.kind == Kind::raw_key) {
    return derive_from_raw_key(kUser, RawKey(), flow.mode, exchange_for(flow.mode), credential);
  }
  PasswordDerivation derivation(kUser, kPassword, kSalt, kIterations);
  while (!derivation.step(10)) {
  }
  return derivation.finish(flow.mode, exchange_for(flow.mode), credential);
}

/// Two sessions and their applications. This class and its members call no heap of their own.
class Whole {
 public:
  explicit Whole(const Flow& flow);

  /// Handshake, messages of many records both ways, pings, rekeying, close. False at the first thing that goes wrong.
  bool run();

 private:
  bool deliver();
  bool move(Session& from, Session& to, std::size_t& received);
  bool look(Session& session, std::size_t& received);
  bool send(Session& session);

  PakeBlinds blinds_;
  PakeBlinds derived_blinds_;
  PakeVerifier verifier_;
  PakeVerifier decoy_pake_;
  ClientCredential credential_;
  ClientCredential bare_;
  ClientCredential derived_;
  Enrolment record_;
  Decoy decoy_{EnumerationKey(ByteArray<32>{1}), kIterations};
  ClientSettings client_settings_;
  ServerSettings server_settings_{decoy_};
  SeededRandom random_{1};
  Instant now_{1000};
  StaticSession<512> client_{client_settings_, random_};
  StaticSession<512> server_{server_settings_, random_};
  ByteArray<kMessage> message_{};
  std::size_t client_received_ = 0;
  std::size_t server_received_ = 0;
  int established_ = 0;
  int closed_ = 0;
  bool failed_ = false;
};

Whole::Whole(const Flow& flow)
    : client_settings_(flow.kind == Kind::password ? password_initiator : key_initiator, bare_) {
  credential_.pake = &blinds_;
  derived_.pake = &derived_blinds_;
  record_.pake = &verifier_;
  failed_ = !derive(flow, credential_).ok() || !make_enrolment(credential_, 1, exchange_for(flow.mode), record_).ok();
  bare_.user = kUser;
  bare_.kind = flow.kind;
  bare_.mode = flow.mode;
  // A client with a password derives when asked.
  if (flow.kind == Kind::raw_key) client_settings_.credential = &credential_;
  client_settings_.exchange = exchange_for(flow.mode);
  client_settings_.iterations_floor = kIterations;
  client_settings_.soft_record_limit = 4;
  server_settings_.exchange = &p256_exchange;
  server_settings_.pake = &p256_pake;
  server_settings_.password_flow = &password_responder;
  server_settings_.key_flow = &key_responder;
  failed_ = failed_ || !decoy_.prepare(p256_exchange).ok() || !decoy_.prepare_pake(p256_pake, decoy_pake_).ok();
}

bool Whole::look(Session& session, std::size_t& received) {
  const Event event = session.next_event();
  if (std::holds_alternative<CredentialWanted>(event)) failed_ = failed_ || !session.provide(record_, now_).ok();
  if (const auto* wanted = std::get_if<DerivationWanted>(&event)) {
    PasswordDerivation derivation(kUser, kPassword, wanted->salt, wanted->iterations);
    while (!derivation.step(10)) {
    }
    failed_ = failed_ || !derivation.finish(bare_.mode, exchange_for(bare_.mode), derived_).ok() ||
              !session.provide(derived_, now_).ok();
  }
  if (std::holds_alternative<Established>(event)) ++established_;
  if (const auto* message = std::get_if<Message>(&event)) received += message->bytes.size();
  if (const auto* closed = std::get_if<Closed>(&event)) {
    ++closed_;
    failed_ = failed_ || closed->error != Error::none;
  }
  return is_event(event);
}

/// One step of everything in one direction; false if nothing happened.
bool Whole::move(Session& from, Session& to, std::size_t& received) {
  const bool work = to.has_work();
  if (work) to.advance(now_);
  const auto taken = to.receive(from.outgoing(), now_);
  const std::size_t n = taken.ok() ? taken.value() : 0;
  from.sent(n, now_);
  return look(to, received) || n > 0 || work;
}

bool Whole::deliver() {
  constexpr int kMost = 1000;
  int steps = 0;
  while (steps < kMost) {
    const bool up = move(client_, server_, server_received_);
    const bool down = move(server_, client_, client_received_);
    if (!up && !down) break;
    ++steps;
  }
  return !failed_ && steps < kMost;
}

/// A message of many records, delivered as it goes.
bool Whole::send(Session& session) {
  std::size_t taken = 0;
  while (taken < kMessage) {
    const auto part = session.send(Bytes(message_).subspan(taken), true, now_);
    if (part.ok()) {
      taken += part.value();
    } else if (part.error() != Error::would_block || !deliver()) {
      return false;
    }
  }
  return deliver();
}

bool Whole::run() {
  bool good = !failed_ && server_.start(now_).ok() && client_.start(now_).ok() && deliver();
  good = good && established_ == 2 && send(client_) && send(server_);
  good = good && client_.rekey(now_).ok() && deliver();
  now_ = now_ + seconds(60);  // half of the idle time-out: pings
  good = good && deliver() && send(client_);
  ByteArray<32> exported{};
  good = good && server_.exporter(kUser, kPassword, exported).ok();
  client_.close(now_);
  return good && deliver() && closed_ == 2 && server_received_ == 2 * kMessage && client_received_ == kMessage;
}

class WithoutHeap : public testing::TestWithParam<Flow> {};

TEST_P(WithoutHeap, AWholeSession) {
  if (crypto_backend().allocates) GTEST_SKIP() << "the crypto library takes memory for keys and points";
  bool good = false;
  unsigned calls = 0;
  {
    const HeapTrap trap;
    Whole whole(GetParam());
    good = whole.run();
    calls = HeapTrap::calls();
  }
  EXPECT_TRUE(good);
  EXPECT_EQ(calls, 0U);
}

INSTANTIATE_TEST_SUITE_P(Flows, WithoutHeap, testing::ValuesIn(kFlows), name_of_flow);

}  // namespace
}  // namespace pawl::test::session_heap_test
