// SPDX-License-Identifier: Apache-2.0
/// The decoder of a serial line's packets against any bytes.
///
///   1  size of the decoder's buffer
///   1  bytes that it gets at a time, less one
///   .  what the line gives
#include <algorithm>
#include <pawl/wire/serial.hpp>

#include "tests/fuzz/input.hpp"
#include "tests/support/bytes.hpp"

namespace pawl::test {
namespace {

Buffer packet_of(Bytes datagram) {
  PacketEncoder encoder(datagram);
  Buffer packet(max_packet_size(datagram.size()));
  packet.resize(encoder.encode(packet));
  require(encoder.done(), "a packet is never longer than max_packet_size()");
  require(std::ranges::count(packet, kPacketEnd) == 1 && packet.back() == kPacketEnd, "an end is at the end only");
  return packet;
}

class Listener {
 public:
  explicit Listener(std::size_t size) : buffer_(size), decoder_(buffer_) {}

  /// The last datagram in `line`, given in pieces of that size; empty if there is none.
  Buffer hear(Bytes line, std::size_t piece) {
    Buffer last;
    while (!line.empty()) {
      const std::size_t taken = decoder_.take(line.first(std::min(piece, line.size())));
      require(taken > 0, "a decoder always goes on");
      line = line.subspan(taken);
      const MutBytes found = decoder_.datagram();
      if (found.empty()) continue;
      require(found.size() + kPacketCrcSize <= buffer_.size(), "a datagram and its crc fit the buffer");
      last.assign(found.begin(), found.end());
      std::ranges::fill(found, std::uint8_t{0xee});
    }
    return last;
  }

 private:
  Buffer buffer_;
  PacketDecoder decoder_;
};

void round_trip(Bytes datagram) {
  if (datagram.empty()) return;
  Listener listener(datagram.size() + kPacketCrcSize);
  const Buffer heard = listener.hear(packet_of(datagram), 1000);
  require(std::ranges::equal(heard, datagram), "a datagram is received as it was sent");
  Listener cramped(datagram.size() + kPacketCrcSize - 1);
  require(cramped.hear(packet_of(datagram), 1000).empty(), "a packet that does not fit is dropped");
}

}  // namespace
}  // namespace pawl::test

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pawl;
  using namespace pawl::test;
  if (size < 2) return -1;
  const std::size_t room = data[0];
  const std::size_t piece = data[1] + std::size_t{1};
  const Bytes line(data + 2, size - 2);

  Listener in_pieces(room);
  Listener at_once(room);
  const Buffer found = in_pieces.hear(line, piece);
  require(found == at_once.hear(line, line.size()), "it makes no difference how many bytes come at a time");
  round_trip(found);
  round_trip(line);

  const Buffer next = pattern(20);
  Buffer rest{kPacketEnd};
  append(rest, packet_of(next));
  if (room >= next.size() + kPacketCrcSize) {
    require(in_pieces.hear(rest, piece) == next, "in step again at the next end, whatever came before");
  }
  return 0;
}
