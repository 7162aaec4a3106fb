// SPDX-License-Identifier: Apache-2.0
#include <pawl/record/sealer.hpp>

namespace pawl {

Status Sealer::seal(RecordType type, std::size_t content_size, MutBytes record) {
  if (record.size() < kRecordOverhead) return Error::invalid_argument;
  const auto length = static_cast<std::uint16_t>(record.size() - kRecordHeaderSize);
  copy(record_header({(epoch() & 1U) != 0, length}), record);
  return epoch_.seal(type, kRecordHeaderSize, content_size, record);
}

}  // namespace pawl
