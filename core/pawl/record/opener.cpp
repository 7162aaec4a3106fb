// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/record/opener.hpp>

namespace pawl {

Opener::Opener(ReceiveSecret&& secret, Direction direction) : epoch_(secret.bytes(), direction) {
  wipe(secret.writable());
}

Result<RecordContent> Opener::open(const RecordHeader& header, MutBytes record) {
  if (header.odd_epoch != epoch_.odd() && !epoch_.next().ok()) return Error::tampered;
  if (epoch_.counter() == Config::kHardRecordLimit) return Error::tampered;
  const GcmNonce nonce = epoch_.next_nonce();

  const MutBytes body = record.subspan(kRecordHeaderSize);
  const MutBytes inner = body.first(body.size() - kGcmTagSize);
  const Status opened =
      aes_gcm_open(epoch_.key(), nonce, record.first(kRecordHeaderSize), inner, body.last<kGcmTagSize>());
  if (!opened.ok()) return Error::tampered;
  const auto content = parse_inner(inner);
  if (content.ok() && epoch_.counter() == Config::kHardRecordLimit && content.value().type != RecordType::close) {
    return Error::protocol;
  }
  return content;
}

}  // namespace pawl
