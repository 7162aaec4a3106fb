// SPDX-License-Identifier: Apache-2.0
// A sensor and its server in one program, joined by a pipe in memory. Over a network each has a TcpTransport instead.
#include <cstdio>
#include <pawl/handshake/p256.hpp>
#include <pawl/port/posix/clock.hpp>
#include <pawl/port/posix/random.hpp>
#include <pawl/port/pump.hpp>
#include <pawl/port/sim/pipe.hpp>
#include <utility>

using namespace pawl;

int main() {
  SystemRandom random;
  MonotonicClock clock;
  constexpr auto user = ascii("sensor-1");
  RawKey key;  // 32 random bytes for this user alone: the sensor keeps a credential made from them, the server a record
  EnumerationKey server_key;
  ClientCredential credential;
  ServerRecord record;
  if (!random.fill(key.writable()).ok() || !random.fill(server_key.writable()).ok()) return 1;
  if (!derive_from_raw_key(user, key, Mode::psk_ecdhe, &p256_exchange, credential).ok()) return 1;
  if (!make_server_record(credential, 1, &p256_exchange, record).ok()) return 1;

  ClientSettings sensor_settings(key_initiator, credential);
  Decoy decoy(std::move(server_key), Config::kIterationsFloor);  // answers for users who do not exist
  if (!decoy.prepare(p256_exchange).ok()) return 1;
  ServerSettings server_settings(decoy);
  server_settings.key_flow = &key_responder;  // what is not named, here the password flow, is not linked
  sensor_settings.exchange = server_settings.exchange = &p256_exchange;
  StaticSession<512> sensor(sensor_settings, random), server(server_settings, random);

  Pipe pipe;
  ByteArray<512> sensor_input, server_input;
  Pump sensor_pump(sensor, pipe.first(), sensor_input), server_pump(server, pipe.second(), server_input);
  if (!sensor.start(clock.now()).ok() || !server.start(clock.now()).ok()) return 1;
  while (!sensor_pump.finished() || !server_pump.finished()) {
    const Event at_sensor = sensor_pump.run(clock.now());
    if (std::holds_alternative<Established>(at_sensor)) {
      if (!sensor.send(ascii("21.5 degrees\n"), true, clock.now()).ok()) return 1;
      sensor.close(clock.now());
    }
    const Event at_server = server_pump.run(clock.now());
    if (std::holds_alternative<CredentialWanted>(at_server) && !server.provide(record, clock.now()).ok()) return 1;
    if (const auto* message = std::get_if<Message>(&at_server)) {
      std::fwrite(message->bytes.data(), 1, message->bytes.size(), stdout);
    }
    const auto* closed = std::get_if<Closed>(&at_server);
    if (closed != nullptr && closed->error != Error::none) return 1;
  }
}
