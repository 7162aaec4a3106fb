// SPDX-License-Identifier: Apache-2.0
/// Handshakes of every flow and mode: two new sessions each, joined in memory, until both are open. What does not
/// belong to a handshake is done once: the derivation of the credential, the enrolment, the server's decoy.
#include <benchmark/benchmark.h>

#include <map>
#include <pawl/handshake/key.hpp>
#include <pawl/handshake/p256.hpp>
#include <pawl/handshake/password.hpp>
#include <pawl/port/posix/random.hpp>
#include <pawl/session/session.hpp>
#include <utility>

namespace pawl::bench {
namespace {

constexpr Instant kNow{1'000'000};
constexpr auto kUser = ascii("sensor-1");
/// No handshake has more frames one way.
constexpr int kMostTurns = 4;

SystemRandom system_random;

EnumerationKey enumeration_key() {
  EnumerationKey key;
  static_cast<void>(system_random.fill(key.writable()));
  return key;
}

/// A user, and the settings of both ends.
struct Account {
  Account(Kind kind, Mode mode)
      : decoy(enumeration_key(), Config::kIterationsFloor),
        client(kind == Kind::password ? password_initiator : key_initiator, credential),
        server(decoy) {
    credential.pake = &blinds;
    enrolment.pake = &verifier;
    client.exchange = mode == Mode::pake ? static_cast<const KeyExchange*>(&p256_pake) : &p256_exchange;
    server.exchange = &p256_exchange;
    server.pake = &p256_pake;
    server.password_flow = &password_responder;
    server.key_flow = &key_responder;
    usable =
        decoy.prepare(p256_exchange).ok() && decoy.prepare_pake(p256_pake, decoy_pake).ok() && enrol(kind, mode).ok();
  }

  Status enrol(Kind kind, Mode mode) {
    RawKey key;
    PAWL_TRY(system_random.fill(key.writable()));
    if (kind == Kind::raw_key) {
      PAWL_TRY(derive_from_raw_key(kUser, key, mode, client.exchange, credential));
    } else {
      PasswordDerivation derivation(kUser, key.bytes(), Salt{}, Config::kIterationsFloor);
      derivation.step(Config::kIterationsFloor);
      PAWL_TRY(derivation.finish(mode, client.exchange, credential));
    }
    return make_enrolment(credential, 1, client.exchange, enrolment);
  }

  PakeBlinds blinds;
  ClientCredential credential;
  PakeVerifier verifier;
  Enrolment enrolment;
  PakeVerifier decoy_pake;
  Decoy decoy;
  ClientSettings client;
  ServerSettings server;
  bool usable = false;
};

/// Answers what `session` asks and does the work that is due, as far as it goes without the peer.
void settle(Session& session, const Enrolment& enrolment) {
  for (;;) {
    const Event event = session.next_event();
    if (std::holds_alternative<CredentialWanted>(event)) {
      static_cast<void>(session.provide(enrolment, kNow));
    } else if (!is_event(event)) {
      if (!session.has_work()) return;
      session.advance(kNow);
    }
  }
}

/// Moves what `from` has to send, and returns how many bytes that were.
std::size_t move(Session& from, Session& to, const Enrolment& enrolment) {
  std::size_t moved = 0;
  while (!from.outgoing().empty()) {
    const auto taken = to.receive(from.outgoing(), kNow);
    if (!taken.ok() || taken.value() == 0) break;
    from.sent(taken.value(), kNow);
    moved += taken.value();
    settle(to, enrolment);
  }
  return moved;
}

struct Traffic {
  std::size_t from_client = 0;
  std::size_t from_server = 0;
};

/// True if both are open.
bool shake_hands(Session& client, Session& server, const Enrolment& enrolment, Traffic& traffic) {
  traffic = {};
  if (!server.start(kNow).ok() || !client.start(kNow).ok()) return false;
  settle(client, enrolment);
  for (int turn = 0; turn < kMostTurns && !(client.is_open() && server.is_open()); ++turn) {
    traffic.from_client += move(client, server, enrolment);
    traffic.from_server += move(server, client, enrolment);
  }
  return client.is_open() && server.is_open();
}

/// Made once: to derive a password's credential takes longer than the benchmark.
const Account& account_of(Kind kind, Mode mode) {
  static std::map<std::pair<Kind, Mode>, Account> accounts;
  return accounts.try_emplace({kind, mode}, kind, mode).first->second;
}

void handshake(benchmark::State& state, Kind kind, Mode mode) {
  const Account& account = account_of(kind, mode);
  if (!account.usable) state.SkipWithError("the user cannot be enrolled");
  ByteArray<512> client_rx{};
  ByteArray<512> client_tx{};
  ByteArray<512> server_rx{};
  ByteArray<512> server_tx{};
  Traffic traffic;
  for (auto _ : state) {
    Session client(account.client, system_random, client_rx, client_tx);
    Session server(account.server, system_random, server_rx, server_tx);
    if (!shake_hands(client, server, account.enrolment, traffic)) state.SkipWithError("a handshake failed");
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["bytes_from_client"] = static_cast<double>(traffic.from_client);
  state.counters["bytes_from_server"] = static_cast<double>(traffic.from_server);
}

BENCHMARK_CAPTURE(handshake, password_psk, Kind::password, Mode::psk);
BENCHMARK_CAPTURE(handshake, password_psk_ecdhe, Kind::password, Mode::psk_ecdhe);
BENCHMARK_CAPTURE(handshake, password_pake, Kind::password, Mode::pake);
BENCHMARK_CAPTURE(handshake, raw_key_psk, Kind::raw_key, Mode::psk);
BENCHMARK_CAPTURE(handshake, raw_key_psk_ecdhe, Kind::raw_key, Mode::psk_ecdhe);

}  // namespace
}  // namespace pawl::bench
