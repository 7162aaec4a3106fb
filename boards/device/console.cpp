// SPDX-License-Identifier: Apache-2.0
#include "console.hpp"

#include <board.hpp>

#include <pawl/base/secret.hpp>

namespace device {
namespace {

constexpr std::uint8_t kBackspace = 0x08;
constexpr std::uint8_t kDelete = 0x7F;
constexpr auto kNewLine = pawl::ascii("\r\n");

std::uint8_t wait_for_byte() {
  pawl::ReceiveQueue& queue = board::received();
  while (queue.pending().empty()) {
    board::watchdog().feed();
    board::sleep();
  }
  const std::uint8_t byte = queue.pending().front();
  queue.consume(1);
  board::uart().allow_receive();
  return byte;
}

}  // namespace

void say(pawl::Bytes text) {
  for (const std::uint8_t byte : text) {
    while (!board::uart().transmit(byte)) {
    }
  }
}

std::size_t ask(pawl::Bytes question, Echo echo, pawl::MutBytes answer) {
  say(question);
  std::size_t size = 0;  // of what was typed, more than the answer has room for if it is too long
  for (;;) {
    const std::uint8_t byte = wait_for_byte();
    if (byte == '\r' || byte == '\n') {
      if (byte == '\n' && size == 0) continue;  // it ends the line before, whose end is two characters
      say(kNewLine);
      if (size > 0 && size <= answer.size()) return size;
      say(question);
      size = 0;
    } else if (byte == kBackspace || byte == kDelete) {
      if (size == 0) continue;
      --size;
      if (echo == Echo::on) say(pawl::ascii("\b \b"));
    } else if (byte < ' ') {
      size = 0;
    } else {
      if (size < answer.size()) answer[size] = byte;
      ++size;
      if (echo == Echo::on) say({&byte, 1});
    }
  }
}

}  // namespace device
