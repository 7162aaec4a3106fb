// SPDX-License-Identifier: Apache-2.0
// Counts instructions. costs_test.py runs it and keeps what it prints for tools/size_report.
#include <algorithm>
#include <pawl/handshake/p256.hpp>
#include <pawl/handshake/password.hpp>
#include <pawl/record/datagram_sealer.hpp>
#include <pawl/record/stream_opener.hpp>
#include <pawl/record/stream_sealer.hpp>
#include <pawl/session/datagram_client.hpp>
#include <pawl/session/datagram_server.hpp>
#include <pawl/session/session.hpp>
#include <utility>

#include "counting.hpp"
#include "known_random.hpp"
#include "semihosting.hpp"

namespace {

constexpr auto kUser = pawl::ascii("device");

void report(const char* name, std::uint64_t instructions) {
  firmware::say(name);
  firmware::say(": ");
  firmware::say(static_cast<std::uint32_t>(instructions));
  firmware::say("\n");
}

void require(pawl::Status status) {
  if (!status.ok()) firmware::finish(1);
}

/// Adds up what calls take.
class Stopwatch {
 public:
  template <class Call>
  auto operator()(const Call& call) {
    const std::uint64_t start = firmware::instructions();
    auto result = call();
    sum_ += firmware::instructions() - start;
    return result;
  }
  [[nodiscard]] std::uint64_t sum() const { return sum_; }

 private:
  std::uint64_t sum_ = 0;
};

template <std::size_t Size>
void measure_record(const char* seal_name, const char* open_name) {
  const pawl::ByteArray<32> secret{1};
  pawl::StreamSealer sealer(pawl::SendSecret(secret), pawl::Direction::client_to_server);
  pawl::StreamOpener opener(pawl::ReceiveSecret(secret), pawl::Direction::client_to_server);
  pawl::ByteArray<Size + pawl::kRecordOverhead> record{};
  Stopwatch sealing;
  require(sealing([&] { return sealer.seal(pawl::RecordType::data, Size, record); }));
  const auto header = pawl::parse_record_header(pawl::Bytes(record).first<pawl::kRecordHeaderSize>(), pawl::kMaxMaxRx);
  Stopwatch opening;
  if (!opening([&] { return opener.open(header.value(), record); }).ok()) firmware::finish(1);
  report(seal_name, sealing.sum());
  report(open_name, opening.sum());
}

/// What a client does, on a serial line too.
template <std::size_t Size>
void measure_datagram(const char* name) {
  pawl::DatagramSealer sealer(pawl::SendSecret(pawl::ByteArray<32>{1}), pawl::Direction::client_to_server, {});
  pawl::ByteArray<Size + pawl::datagram_header_size(true) + 1 + pawl::kGcmTagSize> datagram{};
  Stopwatch watch;
  require(watch([&] { return sealer.seal(pawl::RecordType::data, Size, datagram); }));
  report(name, watch.sum());
}

/// Two ends that know one another by a raw key, or in mode pake by a password.
struct Ends {
  Ends(pawl::Mode mode, const pawl::KeyExchange* exchange)
      : client(mode == pawl::Mode::pake ? pawl::password_initiator : pawl::key_initiator, credential) {
    credential.pake = &blinds;
    enrolment.pake = &verifier;
    derive(mode, exchange);
    require(make_enrolment(credential, 1, exchange, enrolment));
    if (exchange != nullptr) require(decoy.prepare(*exchange));
    if (mode == pawl::Mode::pake) serve_pake();
    server.key_flow = &pawl::key_responder;
    client.exchange = server.exchange = exchange;
  }

  void derive(pawl::Mode mode, const pawl::KeyExchange* exchange) {
    if (mode != pawl::Mode::pake) {
      return require(derive_from_raw_key(kUser, pawl::RawKey{pawl::ByteArray<32>{7}}, mode, exchange, credential));
    }
    const pawl::PasswordDerivation derivation(kUser, pawl::ByteArray<32>{7}, {}, 1);
    require(derivation.finish(mode, exchange, credential));
  }

  void serve_pake() {
    require(decoy.prepare_pake(pawl::p256_pake, decoy_pake));
    server.pake = &pawl::p256_pake;
    server.password_flow = &pawl::password_responder;
    client.iterations_floor = 1;
  }

  firmware::KnownRandom random;
  pawl::PakeBlinds blinds;
  pawl::PakeVerifier verifier;
  pawl::PakeVerifier decoy_pake;
  pawl::ClientCredential credential;
  pawl::Enrolment enrolment;
  pawl::Decoy decoy{pawl::EnumerationKey{pawl::ByteArray<32>{9}}, 1};
  pawl::ClientSettings client;
  pawl::ServerSettings server{decoy};
};

constexpr pawl::Instant kNow;

/// Everything that `from` has to send goes to `to`, whose work is on the watch; events are left to the caller.
void carry(pawl::Session& from, pawl::Session& to, Stopwatch* watch) {
  while (!from.outgoing().empty()) {
    const auto receive = [&] { return to.receive(from.outgoing(), kNow); };
    const auto taken = watch != nullptr ? (*watch)(receive) : receive();
    if (!taken.ok()) firmware::finish(1);
    from.sent(taken.value(), kNow);
    if (taken.value() == 0) return;
  }
}

void measure_handshake(const char* name, pawl::Mode mode, const pawl::KeyExchange* exchange) {
  Ends ends(mode, exchange);
  pawl::StaticSession<pawl::kMinBuffer> client(ends.client, ends.random);
  pawl::StaticSession<pawl::kMinBuffer> server(ends.server, ends.random);
  Stopwatch watch;
  require(watch([&] { return client.start(kNow); }));
  require(server.start(kNow));
  while (!client.is_open() || !server.is_open()) {
    if (client.has_work()) watch([&] { return client.advance(kNow), 0; });
    if (server.has_work()) server.advance(kNow);
    carry(client, server, nullptr);
    carry(server, client, &watch);
    if (std::holds_alternative<pawl::CredentialWanted>(server.next_event()))
      require(server.provide(ends.enrolment, kNow));
    if (std::holds_alternative<pawl::Closed>(client.next_event())) firmware::finish(1);
  }
  report(name, watch.sum());
}

/// The same over datagrams, none of which is lost.
void measure_datagram_handshake(const char* name, pawl::Mode mode, const pawl::KeyExchange* exchange) {
  Ends ends(mode, exchange);
  ends.client.max_rx = ends.server.max_rx = pawl::kMinDatagram - pawl::datagram_header_size(true);
  pawl::StaticDatagramClient<> client(ends.client, ends.random);
  pawl::StaticDatagramServerSession<> session(ends.server, ends.random);
  const std::array<pawl::DatagramServerSession*, 1> sessions{&session};
  pawl::DatagramServer server(ends.server, ends.random, sessions, 1);
  server.cookies = pawl::DatagramServer::Cookies::never;
  pawl::ByteArray<pawl::kMinDatagram> line{};
  const auto take = [&](pawl::Bytes datagram) {
    std::ranges::copy(datagram, line.begin());
    return pawl::MutBytes(line).first(datagram.size());
  };
  Stopwatch watch;
  require(watch([&] { return client.start(kNow); }));
  require(server.start(kNow));
  while (!client.is_open() || !session.is_open()) {
    if (client.has_work()) watch([&] { return client.advance(kNow), 0; });
    if (std::holds_alternative<pawl::Closed>(client.next_event())) firmware::finish(1);
    if (!client.outgoing().empty()) {
      server.receive(take(client.outgoing()), {}, kNow);
      watch([&] { return client.sent(kNow), 0; });
    }
    if (session.has_work()) server.advance(0, kNow);
    if (std::holds_alternative<pawl::CredentialWanted>(session.next_event())) {
      require(server.provide(0, &ends.enrolment, kNow));
    }
    if (!session.outgoing().empty()) {
      const pawl::MutBytes datagram = take(session.outgoing());
      session.sent(kNow);
      require(watch([&] { return client.receive(datagram, kNow); }));
    }
  }
  report(name, watch.sum());
}

void measure_multiplication(const char* name) {
  const pawl::P256Scalar scalar(pawl::ByteArray<32>{0x5a, 0x69, 0x78});
  pawl::ByteArray<pawl::kP256PointSize> point{};
  Stopwatch watch;
  require(watch([&] { return pawl::p256_public(scalar, point); }));
  report(name, watch.sum());
}

/// What a password costs before it is one multiplication after another.
void measure_iteration(const char* name) {
  constexpr std::uint32_t kIterations = 100;
  pawl::PasswordDerivation derivation(kUser, pawl::ByteArray<32>{7}, {}, kIterations + 1);
  derivation.step(1);
  Stopwatch watch;
  watch([&] { return derivation.step(kIterations); });
  report(name, watch.sum() / kIterations);
}

}  // namespace

int main() {
  firmware::start_counting();
  measure_record<64>("seal 64 bytes", "open 64 bytes");
  measure_record<256>("seal 256 bytes", "open 256 bytes");
  measure_datagram<64>("seal 64 bytes in a datagram");
  measure_datagram<256>("seal 256 bytes in a datagram");
  measure_handshake("handshake, raw key, psk", pawl::Mode::psk, nullptr);
  measure_handshake("handshake, raw key, psk_ecdhe", pawl::Mode::psk_ecdhe, &pawl::p256_exchange);
  measure_handshake("handshake, password, pake", pawl::Mode::pake, &pawl::p256_pake);
  measure_datagram_handshake("handshake over datagrams, raw key, psk", pawl::Mode::psk, nullptr);
  measure_datagram_handshake("handshake over datagrams, raw key, psk_ecdhe", pawl::Mode::psk_ecdhe,
                             &pawl::p256_exchange);
  measure_datagram_handshake("handshake over datagrams, password, pake", pawl::Mode::pake, &pawl::p256_pake);
  measure_iteration("one iteration of PBKDF2");
  measure_multiplication("one scalar multiplication");
  firmware::finish(0);
}
