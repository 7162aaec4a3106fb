// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/record/sealer.hpp>

namespace pawl {

Status seal_record(StreamEpoch& epoch, RecordType type, std::size_t header_size, std::size_t content_size,
                   MutBytes record) {
  const std::uint32_t last = Config::kHardRecordLimit - 1;
  if (epoch.counter() > last || (epoch.counter() == last && type != RecordType::close)) return Error::limit;
  const GcmNonce nonce = epoch.next_nonce();

  const MutBytes body = record.subspan(header_size);
  const MutBytes inner = body.first(body.size() - kGcmTagSize);
  inner[content_size] = static_cast<std::uint8_t>(type);
  const MutBytes padding = inner.subspan(content_size + 1);
  std::fill(padding.begin(), padding.end(), std::uint8_t{0});
  return aes_gcm_seal(epoch.key(), nonce, record.first(header_size), inner, body.last<kGcmTagSize>());
}

Sealer::Sealer(SendSecret&& secret, Direction direction) : epoch_(secret.bytes(), direction) {
  wipe(secret.writable());
}

Status Sealer::seal(RecordType type, std::size_t content_size, MutBytes record) {
  constexpr std::size_t kLongest = kRecordHeaderSize + kMaxMaxRx;
  if (record.size() > kLongest || record.size() < kRecordOverhead || content_size > record.size() - kRecordOverhead) {
    return Error::invalid_argument;
  }
  copy(record_header({epoch_.odd(), static_cast<std::uint16_t>(record.size() - kRecordHeaderSize)}), record);
  return seal_record(epoch_, type, kRecordHeaderSize, content_size, record);
}

Status Sealer::rekey() { return counter() != 0 ? epoch_.next() : Error::wrong_state; }

}  // namespace pawl
