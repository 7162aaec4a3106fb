// SPDX-License-Identifier: Apache-2.0
#include <pawl/wire/record_header.hpp>

namespace pawl {
namespace {

constexpr std::uint16_t kStreamMark = 0x4000;
constexpr std::uint16_t kOddEpoch = 0x2000;
constexpr std::uint16_t kLengthMask = 0x1FFF;

}  // namespace

Result<RecordHeader> parse_record_header(std::span<const std::uint8_t, kRecordHeaderSize> bytes, std::uint16_t max_rx) {
  const std::uint16_t bits = u16_at(bytes.data());
  const auto length = static_cast<std::uint16_t>(bits & kLengthMask);
  if (!begins_record(bytes[0]) || length < kMinRecordLength || length > max_rx) return Error::malformed;
  return RecordHeader{(bits & kOddEpoch) != 0, length};
}

ByteArray<kRecordHeaderSize> record_header(const RecordHeader& header) {
  const unsigned bits = kStreamMark | (header.odd_epoch ? kOddEpoch : 0U) | header.length;
  return {static_cast<std::uint8_t>(bits >> 8), static_cast<std::uint8_t>(bits)};
}

}  // namespace pawl
