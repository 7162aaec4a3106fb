// SPDX-License-Identifier: Apache-2.0
// Counts instructions. costs_test.py runs it and keeps what it prints for tools/size_report.
#include <pawl/handshake/p256.hpp>
#include <pawl/record/opener.hpp>
#include <pawl/record/sealer.hpp>
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
  pawl::Sealer sealer(pawl::SendSecret(secret), pawl::Direction::client_to_server);
  pawl::Opener opener(pawl::ReceiveSecret(secret), pawl::Direction::client_to_server);
  pawl::ByteArray<Size + pawl::kRecordOverhead> record{};
  Stopwatch sealing;
  require(sealing([&] { return sealer.seal(pawl::RecordType::data, Size, record); }));
  const auto header = pawl::parse_record_header(pawl::Bytes(record).first<pawl::kRecordHeaderSize>(), pawl::kMaxMaxRx);
  Stopwatch opening;
  if (!opening([&] { return opener.open(header.value(), record); }).ok()) firmware::finish(1);
  report(seal_name, sealing.sum());
  report(open_name, opening.sum());
}

/// Everything that `from` has to send goes to `to`, whose work is on the watch; events are left to the caller.
void carry(pawl::Session& from, pawl::Session& to, Stopwatch* watch) {
  while (!from.outgoing().empty()) {
    const auto receive = [&] { return to.receive(from.outgoing(), pawl::Instant{}); };
    const auto taken = watch != nullptr ? (*watch)(receive) : receive();
    if (!taken.ok()) firmware::finish(1);
    from.sent(taken.value(), pawl::Instant{});
    if (taken.value() == 0) return;
  }
}

void measure_handshake(const char* name, pawl::Mode mode, const pawl::KeyExchange* exchange) {
  firmware::KnownRandom random;
  pawl::ClientCredential credential;
  pawl::ServerRecord record;
  require(derive_from_raw_key(kUser, pawl::RawKey{pawl::ByteArray<32>{7}}, mode, exchange, credential));
  require(make_server_record(credential, 1, exchange, record));
  pawl::Decoy decoy(pawl::EnumerationKey{pawl::ByteArray<32>{9}}, 1);
  if (exchange != nullptr) require(decoy.prepare(*exchange));
  pawl::ClientSettings client_settings(pawl::key_initiator, credential);
  pawl::ServerSettings server_settings(decoy);
  server_settings.key_flow = &pawl::key_responder;
  client_settings.exchange = server_settings.exchange = exchange;
  pawl::StaticSession<pawl::kMinBuffer> client(client_settings, random);
  pawl::StaticSession<pawl::kMinBuffer> server(server_settings, random);

  constexpr pawl::Instant kNow;
  Stopwatch watch;
  require(watch([&] { return client.start(kNow); }));
  require(server.start(kNow));
  while (!client.is_open() || !server.is_open()) {
    if (client.deadline() <= kNow) watch([&] { return client.advance(kNow), 0; });
    if (server.deadline() <= kNow) server.advance(kNow);
    carry(client, server, nullptr);
    carry(server, client, &watch);
    if (std::holds_alternative<pawl::CredentialWanted>(server.next_event())) require(server.provide(record, kNow));
    if (std::holds_alternative<pawl::Closed>(client.next_event())) firmware::finish(1);
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

}  // namespace

int main() {
  firmware::start_counting();
  measure_record<64>("seal 64 bytes", "open 64 bytes");
  measure_record<256>("seal 256 bytes", "open 256 bytes");
  measure_handshake("handshake, raw key, psk", pawl::Mode::psk, nullptr);
  measure_handshake("handshake, raw key, psk_ecdhe", pawl::Mode::psk_ecdhe, &pawl::p256_exchange);
  measure_multiplication("one scalar multiplication");
  firmware::finish(0);
}
