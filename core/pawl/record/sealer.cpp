// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/record/sealer.hpp>

namespace pawl {

Sealer::Sealer(SendSecret&& secret, Direction direction) : epoch_(secret.bytes(), direction) {
  wipe(secret.writable());
}

Status Sealer::seal(RecordType type, std::size_t content_size, MutBytes record) {
  constexpr std::size_t kLongest = kRecordHeaderSize + kMaxMaxRx;
  if (record.size() > kLongest || record.size() < kRecordOverhead || content_size > record.size() - kRecordOverhead) {
    return Error::invalid_argument;
  }
  const std::uint32_t last = Config::kHardRecordLimit - 1;
  if (counter() > last || (counter() == last && type != RecordType::close)) return Error::limit;
  const GcmNonce nonce = epoch_.next_nonce();

  const MutBytes body = record.subspan(kRecordHeaderSize);
  const MutBytes inner = body.first(body.size() - kGcmTagSize);
  inner[content_size] = static_cast<std::uint8_t>(type);
  const MutBytes padding = inner.subspan(content_size + 1);
  std::fill(padding.begin(), padding.end(), std::uint8_t{0});
  const auto header = record_header({epoch_.odd(), static_cast<std::uint16_t>(body.size())});
  copy(header, record);
  return aes_gcm_seal(epoch_.key(), nonce, header, inner, body.last<kGcmTagSize>());
}

Status Sealer::rekey() { return counter() != 0 ? epoch_.next() : Error::wrong_state; }

}  // namespace pawl
