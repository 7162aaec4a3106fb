// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/record/opener.hpp>

namespace pawl {

Opener::Opener(ReceiveSecret&& secret, Direction direction)
    : secret_(static_cast<ReceiveSecret&&>(secret)), direction_(direction) {
  derive_record_keys(secret_.bytes(), direction_, keys_);
}

Result<RecordContent> open_record(const RecordKeys& keys, std::uint32_t counter, std::size_t header_size,
                                  MutBytes record) {
  const MutBytes body = record.subspan(header_size);
  const MutBytes inner = body.first(body.size() - kGcmTagSize);
  const Status opened =
      aes_gcm_open(keys.key, record_nonce(keys, counter), record.first(header_size), inner, body.last<kGcmTagSize>());
  if (!opened.ok()) return Error::tampered;
  const auto content = parse_inner(inner);
  const bool last = counter == Config::kHardRecordLimit - 1;
  if (content.ok() && last && content.value().type != RecordType::close) return Error::protocol;
  return content;
}

Result<RecordContent> Opener::open(const RecordHeader& header, MutBytes record) {
  if (header.odd_epoch != ((epoch_ & 1U) != 0)) {
    if (epoch_ == Config::kLastEpoch) return Error::tampered;
    update_traffic_secret(secret_.writable());
    derive_record_keys(secret_.bytes(), direction_, keys_);
    ++epoch_;
    counter_ = 0;
  }
  if (counter_ == Config::kHardRecordLimit) return Error::tampered;
  return open_record(keys_, counter_++, kRecordHeaderSize, record);
}

}  // namespace pawl
