// SPDX-License-Identifier: Apache-2.0
/// The header of a stream record, PROTOCOL.md 9.
///
///     u16 = 0b01 || e (1 bit) || length (13 bits)       e = epoch & 1, length of ciphertext and tag
#pragma once

#include <pawl/base/bytes.hpp>
#include <pawl/base/result.hpp>

namespace pawl {

inline constexpr std::size_t kRecordHeaderSize = 2;
/// The shortest record. Its inner text is one byte, the type, and the tag is behind it.
inline constexpr std::uint16_t kMinRecordLength = 17;

/// The fields of the header of a stream record.
struct RecordHeader {
  bool odd_epoch = false;
  std::uint16_t length = 0;
};

/// Whether a first byte can begin a stream record.
constexpr bool begins_record(std::uint8_t first_byte) { return (first_byte & 0xC0U) == 0x40U; }

/// Error::malformed unless it is a stream record's header with a length of 17..max_rx.
Result<RecordHeader> parse_record_header(std::span<const std::uint8_t, kRecordHeaderSize> bytes, std::uint16_t max_rx);
ByteArray<kRecordHeaderSize> record_header(const RecordHeader& header);

}  // namespace pawl
