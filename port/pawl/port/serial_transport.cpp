// SPDX-License-Identifier: Apache-2.0
#include <pawl/port/serial_transport.hpp>

namespace pawl {
namespace {

/// After such a pause the receiver may have taken noise for the start of a packet (PROTOCOL.md 13.5).
constexpr Duration kSilence = milliseconds(100);

}  // namespace

/// Reads once at most, so that a line full of noise does not keep its reader for ever.
Result<Received> SerialTransport::receive(MutBytes buffer) {
  // Whether writing fails is for send() to say.
  static_cast<void>(flush());
  if (const std::size_t size = deliver(buffer)) return Received{size, {}};
  const auto got = line_.read(read_);
  if (!got.ok()) return got.error();
  input_ = Bytes(read_).first(got.value());
  return Received{deliver(buffer), {}};
}

/// The next datagram of the input, or 0.
std::size_t SerialTransport::deliver(MutBytes buffer) {
  while (!input_.empty()) {
    input_ = input_.subspan(decoder_.take(input_));
    const Bytes datagram = decoder_.datagram();
    if (datagram.size() > buffer.size()) {
      ++too_long_;
    } else if (!datagram.empty()) {
      copy(datagram, buffer);
      return datagram.size();
    }
  }
  return 0;
}

Status SerialTransport::send(Bytes datagram, const Address& /*to*/) {
  if (datagram.empty()) return Error::invalid_argument;
  if (datagram.size() > datagram_.size()) return Error::too_long;
  PAWL_TRY(flush());
  if (sending()) return Error::would_block;
  copy(datagram, datagram_);
  encoder_ = PacketEncoder(datagram_.first(datagram.size()));
  if (!written_ || clock_.now() - *written_ >= kSilence) {
    encoded_[0] = kPacketEnd;
    output_ = Bytes(encoded_).first(1);
  }
  return flush();
}

Status SerialTransport::flush() {
  while (sending()) {
    if (output_.empty()) output_ = Bytes(encoded_).first(encoder_.encode(encoded_));
    const auto put = line_.write(output_);
    if (!put.ok()) {
      encoder_ = {};
      output_ = {};
      return put.error();
    }
    if (put.value() == 0) return {};
    output_ = output_.subspan(put.value());
    written_ = clock_.now();
  }
  return {};
}

TransportCounters SerialTransport::counters() const {
  const PacketDecoder::Counters& packets = decoder_.counters();
  return {too_long_ + packets.dropped, packets.corrupt, packets.resynchronised};
}

}  // namespace pawl
