// SPDX-License-Identifier: Apache-2.0
#include <pawl/port/baremetal/uart_line.hpp>

namespace pawl {
namespace {

/// After so much silence a packet end goes first, so that noise on the silent line costs no packet.
constexpr Duration kSilence = milliseconds(100);

}  // namespace

MutBytes UartLine::receive() {
  for (;;) {
    const Bytes pending = queue_.pending();
    if (pending.empty()) return {};
    queue_.consume(decoder_.take(pending));
    uart_.allow_receive();
    const MutBytes datagram = decoder_.datagram();
    if (!datagram.empty()) return datagram;
  }
}

void UartLine::send(Bytes datagram, Instant now) {
  encoder_ = PacketEncoder(datagram);
  if (!last_ || now - *last_ >= kSilence) {
    next_ = kPacketEnd;
  } else {
    encode_next();
  }
  advance(now);
}

void UartLine::advance(Instant now) {
  while (next_ && uart_.transmit(*next_)) {
    last_ = now;
    encode_next();
  }
}

void UartLine::encode_next() {
  ByteArray<1> byte{};
  next_.reset();
  if (encoder_.encode(byte) == 1) next_ = byte[0];
}

}  // namespace pawl
