// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/record/opener.hpp>

namespace pawl {

Opener::Opener(ReceiveSecret&& secret, Direction direction) : epoch_(secret.bytes(), direction) {
  wipe(secret.writable());
}

Result<RecordContent> open_record(const AesKey& key, const GcmNonce& nonce, bool last, std::size_t header_size,
                                  MutBytes record) {
  const MutBytes body = record.subspan(header_size);
  const MutBytes inner = body.first(body.size() - kGcmTagSize);
  const Status opened = aes_gcm_open(key, nonce, record.first(header_size), inner, body.last<kGcmTagSize>());
  if (!opened.ok()) return Error::tampered;
  const auto content = parse_inner(inner);
  if (content.ok() && last && content.value().type != RecordType::close) return Error::protocol;
  return content;
}

Result<RecordContent> Opener::open(const RecordHeader& header, MutBytes record) {
  if (header.odd_epoch != epoch_.odd() && !epoch_.next().ok()) return Error::tampered;
  if (epoch_.counter() == Config::kHardRecordLimit) return Error::tampered;
  const GcmNonce nonce = epoch_.next_nonce();
  return open_record(epoch_.key(), nonce, epoch_.counter() == Config::kHardRecordLimit, kRecordHeaderSize, record);
}

}  // namespace pawl
