// SPDX-License-Identifier: Apache-2.0
// A client for board_test.py: it sends every message back, and obeys a few.
#include <algorithm>
#include <board.hpp>
#include <device/commands.hpp>
#include <pawl/handshake/p256.hpp>
#include <pawl/port/baremetal/client_link.hpp>
#include <pawl/port/baremetal/credential_page.hpp>

#include "tests/firmware/semihosting.hpp"

namespace {

/// The exit codes that board_test.py knows.
enum Exit : int { kWell = 0, kNoCredential = 2, kNoRandom = 3, kLost = 4 };

class Exercise {
 public:
  explicit Exercise(const pawl::ClientSettings& settings)
      : line_(board::uart(), board::received(), buffer_), link_(settings, board::random(), line_) {}

  void serve() {
    board::watchdog().feed();
    const pawl::Instant now = board::clock().now();
    const pawl::Event event = link_.serve(now);
    if (const auto* message = std::get_if<pawl::Message>(&event)) act(message->bytes, now);
    const auto* closed = std::get_if<pawl::Closed>(&event);
    if (closed != nullptr && closed->error == pawl::Error::random_failed) firmware::finish(kNoRandom);
    if (answer_wanted_ &&
        link_.send(pawl::Bytes(answer_).first(answer_size_), now).error() != pawl::Error::would_block) {
      answer_wanted_ = false;
    }
    if (!line_.sending()) board::sleep();
  }

 private:
  template <std::size_t N>
  static bool is(pawl::Bytes message, const char (&text)[N]) {
    return std::ranges::equal(message, pawl::ascii(text));
  }

  void act(pawl::Bytes message, pawl::Instant now) {
    pawl::copy(message, answer_);
    answer_size_ = message.size();
    answer_wanted_ = true;
    if (device::obey(message)) return;
    if (is(message, "rekey") && !link_.rekey(now).ok()) firmware::finish(kLost);
    // It goes on afterwards, so that its memory can be looked at.
    if (is(message, "close")) link_.close(now);
    if (is(message, "exit")) firmware::finish(kWell);
  }

  pawl::ByteArray<pawl::ClientLink::kLineBuffer> buffer_{};
  pawl::UartLine line_;
  pawl::ClientLink link_;
  pawl::ByteArray<pawl::ClientLink::kDatagram> answer_{};
  std::size_t answer_size_ = 0;
  bool answer_wanted_ = false;
};

}  // namespace

int main() {
  board::start();
  pawl::ClientCredential credential;
  if (!pawl::read_credential_page(board::credential_page(), credential).ok()) firmware::finish(kNoCredential);
  pawl::ClientSettings settings(pawl::key_initiator, credential);
  settings.exchange = &pawl::p256_exchange;
  settings.max_rx = pawl::ClientLink::kMaxRx;
  settings.idle = 5;
  Exercise exercise(settings);
  for (;;) exercise.serve();
}
