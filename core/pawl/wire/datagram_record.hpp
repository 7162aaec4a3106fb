// SPDX-License-Identifier: Apache-2.0
/// The header of a datagram record, PROTOCOL.md 9. The rest of the datagram is the record.
///
///     1   0b10 || epoch & 63
///     4   cid        client to server only
///     4   counter
#pragma once

#include <pawl/base/bytes.hpp>
#include <pawl/base/result.hpp>
#include <pawl/wire/parameters.hpp>
#include <pawl/wire/writer.hpp>

namespace pawl {

/// The fields of the header of a datagram record.
struct DatagramRecordHeader {
  /// The six lowest bits of the epoch.
  std::uint8_t epoch = 0;
  /// Empty where the layout has none.
  Bytes cid;
  std::uint32_t counter = 0;
};

/// How many epoch numbers the header tells apart.
inline constexpr std::uint32_t kEpochsTold = 64;

/// Whether a first byte can begin a datagram record.
constexpr bool begins_datagram_record(std::uint8_t first_byte) { return (first_byte & 0xC0U) == 0x80U; }

constexpr std::size_t datagram_header_size(bool with_cid) {
  return 1 + (with_cid ? kCidSize : 0) + sizeof(std::uint32_t);
}

/// Reads the header of a datagram. It has a cid if it goes from client to server, which `with_cid` says, and that
/// points into `datagram`. Error::malformed unless it is a datagram record whose ciphertext and tag are 17..max_rx
/// bytes.
Result<DatagramRecordHeader> parse_datagram_record_header(Bytes datagram, bool with_cid, std::uint16_t max_rx);
/// `header.cid` decides whether there is one.
void write_datagram_record_header(const DatagramRecordHeader& header, Writer& writer);

}  // namespace pawl
