// SPDX-License-Identifier: Apache-2.0
#include <pawl/record/datagram_sealer.hpp>

namespace pawl {

Status DatagramSealer::seal(RecordType type, std::size_t content_size, MutBytes record) {
  Writer writer(record);
  const auto epoch = static_cast<std::uint8_t>(epoch_.epoch() % kEpochsTold);
  write_datagram_record_header({epoch, Bytes(cid_).first(with_cid_ ? kCidSize : 0), epoch_.counter()}, writer);
  return writer.ok() ? epoch_.seal(type, header_size(), content_size, record) : Error::invalid_argument;
}

}  // namespace pawl
