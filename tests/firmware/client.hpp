// SPDX-License-Identifier: Apache-2.0
// What the client images have in common: a device that sends a reading each second over a session and obeys nothing
// else.
#pragma once

#include <pawl/session/session.hpp>

namespace firmware {

/// Four registers of a part that does not exist: received byte or -1, byte to send, milliseconds, random word.
struct Registers {
  std::int32_t receive;
  std::uint32_t transmit;
  std::uint32_t milliseconds;
  std::uint32_t random;
};

inline volatile Registers& registers() { return *reinterpret_cast<volatile Registers*>(0x40000000); }

class HardwareRandom final : public pawl::Random {
 public:
  pawl::Status fill(pawl::MutBytes out) override {
    for (auto& byte : out) byte = static_cast<std::uint8_t>(registers().random);
    return pawl::Error::none;
  }
};

inline pawl::Instant now() { return {registers().milliseconds}; }

/// One round of the device's loop: a byte in, bytes out, the time, and a reading when it is due.
inline void serve(pawl::Session& session, pawl::Instant& next_reading) {
  const std::int32_t received = registers().receive;
  if (received >= 0) {
    const auto byte = static_cast<std::uint8_t>(received);
    static_cast<void>(session.receive({&byte, 1}, now()));
  }
  for (const auto byte : session.outgoing()) registers().transmit = byte;
  session.sent(session.outgoing().size(), now());
  if (session.deadline() <= now()) session.advance(now());
  static_cast<void>(session.next_event());
  if (session.is_open() && now() >= next_reading) {
    const pawl::ByteArray<1> reading{static_cast<std::uint8_t>(registers().random)};
    static_cast<void>(session.send(reading, true, now()));
    next_reading = now() + pawl::seconds(1);
  }
}

[[noreturn]] inline void run(const pawl::Settings& settings) {
  static HardwareRandom random;
  pawl::StaticSession<pawl::kMinBuffer> session(settings, random);
  pawl::Instant next_reading = now();
  static_cast<void>(session.start(now()));
  for (;;) serve(session, next_reading);
}

}  // namespace firmware
