// SPDX-License-Identifier: Apache-2.0
#include <pawl/record/protection.hpp>
#include <pawl/record/stream_sealer.hpp>

namespace pawl {

StreamSealer::StreamSealer(SendSecret&& secret, Direction direction) : epoch_(secret.bytes(), direction) {
  wipe(secret.writable());
}

Status StreamSealer::seal(RecordType type, std::size_t content_size, MutBytes record) {
  const auto length = static_cast<std::uint16_t>(record.size() - kRecordHeaderSize);
  return seal_record(epoch_, type, record_header({epoch_.odd(), length}), content_size, record);
}

Status StreamSealer::rekey() { return counter() != 0 ? epoch_.next_on_stream() : Error::wrong_state; }

}  // namespace pawl
