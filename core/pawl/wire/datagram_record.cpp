// SPDX-License-Identifier: Apache-2.0
#include <pawl/wire/datagram_record.hpp>
#include <pawl/wire/reader.hpp>
#include <pawl/wire/record_header.hpp>

namespace pawl {
namespace {

constexpr std::uint8_t kDatagramMark = 0x80;

}  // namespace

Result<DatagramRecordHeader> parse_datagram_record_header(Bytes datagram, bool with_cid, std::uint16_t max_rx) {
  const std::size_t size = datagram_header_size(with_cid);
  const bool possible = datagram.size() >= size + kMinRecordLength && datagram.size() <= size + max_rx;
  if (!possible || !begins_datagram_record(datagram[0])) return Error::malformed;
  Reader reader(datagram);
  DatagramRecordHeader header;
  header.epoch = reader.u8() & (kEpochsTold - 1);
  if (with_cid) header.cid = reader.bytes(kCidSize);
  header.counter = reader.u32();
  return header;
}

void write_datagram_record_header(const DatagramRecordHeader& header, Writer& writer) {
  writer.u8(static_cast<std::uint8_t>(kDatagramMark | (header.epoch & (kEpochsTold - 1))));
  writer.bytes(header.cid);
  writer.u32(header.counter);
}

}  // namespace pawl
