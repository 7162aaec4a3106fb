// SPDX-License-Identifier: Apache-2.0
// What the client images have in common: a device that talks to its server over the UART and obeys nothing else. It
// sends a message that takes several records and checks that it is echoed; moves to fresh keys and does so again; is
// silent until the server has something to say; closes; and tells by its exit code whether all that was right.
// session_test.py is the server.
#pragma once

#include <pawl/session/session.hpp>

#include "board.hpp"

namespace firmware {

constexpr auto kUser = pawl::ascii("device");

/// What only a client with a password has, so that the images of others are without it.
class Deriver {
 public:
  /// Provides the session with the credential that the server's ServerHello asks for.
  virtual pawl::Status derive(const pawl::DerivationWanted& wanted, pawl::Session& session) = 0;

 protected:
  ~Deriver() = default;
};

/// One round of the device's loop: a byte in, bytes out, the time, and what there is to do. Inlined, so that the stack
/// is that of a device with one such loop.
[[gnu::always_inline]] inline pawl::Event run(pawl::Session& session) {
  const int received = receive();
  if (received >= 0) {
    const auto byte = static_cast<std::uint8_t>(received);
    static_cast<void>(session.receive({&byte, 1}, now()));
  }
  for (const auto byte : session.outgoing()) transmit(byte);
  session.sent(session.outgoing().size(), now());
  if (session.deadline() <= now()) session.advance(now());
  return session.next_event();
}

class Client {
 public:
  Client(pawl::Session& session, Deriver* deriver) : session_(session), deriver_(deriver) {}

  void serve() {
    const pawl::Event event = run(session_);
    if (const auto* wanted = std::get_if<pawl::DerivationWanted>(&event)) {
      if (deriver_ == nullptr || !deriver_->derive(*wanted, session_).ok()) finish(1);
    }
    if (std::holds_alternative<pawl::Established>(event)) to_send_ = kLong;
    if (const auto* message = std::get_if<pawl::Message>(&event)) take(*message);
    if (const auto* closed = std::get_if<pawl::Closed>(&event)) {
      const bool well = closed->error == pawl::Error::none && messages_ == 3 && echoed_ == kLong + kShort;
      finish(well ? 0 : 1);
    }
    if (to_send_ > 0) send();
  }

 private:
  static constexpr std::uint16_t kLong = 600;
  static constexpr std::uint16_t kShort = 64;

  static std::uint8_t pattern(std::uint16_t at) { return static_cast<std::uint8_t>(7 * at); }

  void send() {
    pawl::ByteArray<100> part{};
    const std::uint16_t size = to_send_ < part.size() ? to_send_ : std::uint16_t{part.size()};
    for (std::uint16_t i = 0; i < size; ++i) part[i] = pattern(static_cast<std::uint16_t>(sent_ + i));
    const auto taken = session_.send(pawl::Bytes(part).first(size), size == to_send_, now());
    if (!taken.ok()) return;
    sent_ = static_cast<std::uint16_t>(sent_ + taken.value());
    to_send_ = static_cast<std::uint16_t>(to_send_ - taken.value());
  }

  void take(const pawl::Message& message) {
    for (const auto byte : message.bytes) {
      if (byte == pattern(echoed_)) ++echoed_;
    }
    if (!message.last) return;
    ++messages_;
    if (messages_ == 1) {
      static_cast<void>(session_.rekey(now()));
      to_send_ = kShort;
    }
    if (messages_ == 3) session_.close(now());
  }

  pawl::Session& session_;
  Deriver* deriver_;
  std::uint16_t to_send_ = 0;
  std::uint16_t sent_ = 0;
  /// Bytes that came back as they were sent.
  std::uint16_t echoed_ = 0;
  std::uint8_t messages_ = 0;
};

[[noreturn]] inline void talk(const pawl::ClientSettings& settings, pawl::Random& random, Deriver* deriver) {
  pawl::StaticSession<pawl::kMinBuffer> session(settings, random);
  static_cast<void>(session.start(now()));
  Client client(session, deriver);
  for (;;) client.serve();
}

[[noreturn]] inline void run(pawl::ClientSettings& settings, Deriver* deriver = nullptr) {
  static KnownRandom random;
  start_board();
  settings.idle = 3;
  talk(settings, random, deriver);
}

}  // namespace firmware
