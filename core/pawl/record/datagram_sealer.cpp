// SPDX-License-Identifier: Apache-2.0
#include <pawl/record/datagram_sealer.hpp>
#include <pawl/record/protection.hpp>

namespace pawl {

DatagramSealer::DatagramSealer(SendSecret&& secret, Direction direction, const ByteArray<kCidSize>& cid)
    : epoch_(secret.bytes(), direction), cid_(cid), with_cid_(direction == Direction::client_to_server) {
  wipe(secret.writable());
}

Status DatagramSealer::seal(RecordType type, std::size_t content_size, MutBytes record) {
  ByteArray<datagram_header_size(true)> header{};
  Writer writer(header);
  const auto number = static_cast<std::uint8_t>(epoch() % kEpochsTold);
  write_datagram_record_header({number, Bytes(cid_).first(with_cid_ ? kCidSize : 0), counter()}, writer);
  return seal_record(epoch_, type, writer.written(), content_size, record);
}

}  // namespace pawl
