// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/record/protection.hpp>
#include <pawl/record/stream_opener.hpp>

namespace pawl {

StreamOpener::StreamOpener(ReceiveSecret&& secret, Direction direction) : epoch_(secret.bytes(), direction) {
  wipe(secret.writable());
}

Result<RecordContent> StreamOpener::open(const RecordHeader& header, MutBytes record) {
  if (header.odd_epoch != epoch_.odd() && !epoch_.next_on_stream().ok()) return Error::tampered;
  if (epoch_.counter() == Config::kHardRecordLimit) return Error::tampered;
  return open_record(epoch_.keys(), epoch_.take_counter(), kRecordHeaderSize, record);
}

}  // namespace pawl
