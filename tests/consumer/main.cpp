// SPDX-License-Identifier: Apache-2.0
// Runs the sensor of sensor.cpp, and the server it reports to in a thread.
#include <pawl/port/posix/clock.hpp>
#include <pawl/port/posix/random.hpp>
#include <pawl/port/posix/tcp.hpp>
#include <pawl/port/pump.hpp>
#include <thread>
#include <utility>

using namespace pawl;

bool report(const ClientCredential& credential, Transport& line, Random& random, Clock& clock);

// Serves one client, and answers each message.
static void serve(const ServerSettings& settings, const Enrolment& record, TcpListener& listener) {
  SystemRandom random;
  MonotonicClock clock;
  const Instant give_up = clock.now() + seconds(5);
  auto accepted = listener.accept();
  while (accepted.ok() && !accepted.value() && clock.now() < give_up) accepted = listener.accept();
  if (!accepted.ok() || !accepted.value()) return;
  TcpTransport line(std::move(accepted.value()->socket));
  StaticSession<512> session(settings, random);
  ByteArray<512> input;
  Pump pump(session, line, input);
  bool well = session.start(clock.now()).ok();
  while (well && !pump.finished()) {
    const Event event = pump.run(clock.now());
    if (std::holds_alternative<CredentialWanted>(event)) well = session.provide(record, clock.now()).ok();
    const auto* message = std::get_if<Message>(&event);
    if (message != nullptr && message->last) well = session.send(ascii("noted\n"), true, clock.now()).ok();
  }
}

int main() {
  SystemRandom random;
  MonotonicClock clock;
  RawKey key;  // 32 random bytes for this user alone: the sensor keeps a credential made from them, the server a record
  EnumerationKey server_key;
  ClientCredential credential;
  Enrolment record;
  if (!random.fill(key.writable()).ok() || !random.fill(server_key.writable()).ok()) return 1;
  constexpr auto user = ascii("sensor-1");
  if (!derive_from_raw_key(user, key, Mode::psk, nullptr, credential).ok()) return 1;
  if (!make_enrolment(credential, 1, nullptr, record).ok()) return 1;

  Decoy decoy(std::move(server_key), Config::kIterationsFloor);  // answers for users who do not exist
  ServerSettings settings(decoy);
  settings.key_flow = &key_responder;
  auto listener = TcpListener::open("127.0.0.1", 0);
  if (!listener.ok()) return 1;
  std::thread server([&] { serve(settings, record, listener.value()); });
  auto socket = tcp_connect("127.0.0.1", listener.value().port(), seconds(5));
  bool well = socket.ok();
  if (well) {
    TcpTransport line(std::move(socket.value()));
    well = report(credential, line, random, clock);
  }
  server.join();
  return well ? 0 : 1;
}
