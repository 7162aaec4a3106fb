// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <pawl/port/clock.hpp>
#include <pawl/port/pump.hpp>

using namespace pawl;

// Sends a reading, prints the answer and closes. True if the server was genuine and confirmed the end.
bool report(const ClientCredential& credential, Transport& line, Random& random, Clock& clock) {
  const ClientSettings settings(key_initiator, credential);  // a raw key: the password flow is not linked
  StaticSession<256> session(settings, random);              // 256 bytes each way, and no heap
  ByteArray<64> input;
  Pump pump(session, line, input);
  bool well = session.start(clock.now()).ok();
  while (!pump.finished()) {  // a device sleeps here until a byte comes, or pump.deadline()
    const Event event = pump.run(clock.now());
    if (std::holds_alternative<Established>(event)) {
      well = well && session.send(ascii("21.5 degrees"), true, clock.now()).ok();
    }
    if (const auto* message = std::get_if<Message>(&event)) {
      std::fwrite(message->bytes.data(), 1, message->bytes.size(), stdout);
      if (message->last) session.close(clock.now());
    }
    if (const auto* closed = std::get_if<Closed>(&event)) well = well && closed->error == Error::none;
  }
  return well;
}
