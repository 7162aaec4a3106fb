// SPDX-License-Identifier: Apache-2.0
// A device that is the server: a laptop at its UART commands it, with `pawl connect --serial`. Its page of flash has a
// enrolment; the laptop has the credential.
#include <board.hpp>
#include <pawl/base/config.hpp>
#include <pawl/handshake/key.hpp>
#include <pawl/handshake/p256.hpp>
#include <pawl/port/baremetal/credential_page.hpp>
#include <pawl/port/baremetal/server_link.hpp>

#include "commands.hpp"
#include "halt.hpp"

namespace {

/// What the device says to a command.
pawl::Bytes answer(pawl::Bytes command) {
  static constexpr auto kOn = pawl::ascii("led is on");
  static constexpr auto kOff = pawl::ascii("led is off");
  static constexpr auto kUnknown = pawl::ascii("commands: led on, led off");
  if (!device::obey(command)) return kUnknown;
  return device::led_is_on() ? pawl::Bytes(kOn) : pawl::Bytes(kOff);
}

}  // namespace

int main() {
  board::start();
  pawl::Enrolment enrolment;
  pawl::EnumerationKey key;  // for the stand-in of users that it does not have, anew at each start
  if (!pawl::read_enrolment_page(board::credential_page(), enrolment).ok()) device::halt();
  if (!board::random().fill(key.writable()).ok()) device::halt();
  pawl::Decoy decoy(static_cast<pawl::EnumerationKey&&>(key), pawl::Config::kIterationsFloor);
  if (!decoy.prepare(pawl::p256_exchange).ok()) device::halt();
  pawl::ServerSettings settings(decoy);
  settings.key_flow = &pawl::key_responder;
  settings.exchange = &pawl::p256_exchange;
  settings.max_rx = pawl::ServerLink::kMaxRx;
  pawl::ByteArray<pawl::ServerLink::kLineBuffer> buffer;
  pawl::UartLine line(board::uart(), board::received(), buffer);
  pawl::ServerLink link(settings, enrolment, board::random(), line);
  if (!link.start(board::clock().now()).ok()) device::halt();
  pawl::Bytes waiting;  // an answer that the line has no room for yet
  for (;;) {
    board::watchdog().feed();
    const pawl::Instant now = board::clock().now();
    const pawl::Event event = link.serve(now);
    if (const auto* message = std::get_if<pawl::Message>(&event)) waiting = answer(message->bytes);
    if (!waiting.empty() && link.send(waiting, now).error() != pawl::Error::would_block) waiting = {};
    if (!line.sending()) board::sleep();
  }
}
