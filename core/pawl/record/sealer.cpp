// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/record/sealer.hpp>

namespace pawl {

Sealer::Sealer(SendSecret&& secret, Direction direction)
    : secret_(static_cast<SendSecret&&>(secret)), direction_(direction) {
  derive_record_keys(secret_.bytes(), direction_, keys_);
}

Status Sealer::seal(RecordType type, std::size_t content_size, MutBytes record) {
  constexpr std::size_t kLongest = kRecordHeaderSize + kMaxMaxRx;
  if (record.size() > kLongest || record.size() < kRecordOverhead || content_size > record.size() - kRecordOverhead) {
    return Error::invalid_argument;
  }
  const std::uint32_t last = Config::kHardRecordLimit - 1;
  if (counter_ > last || (counter_ == last && type != RecordType::close)) return Error::limit;
  const GcmNonce nonce = record_nonce(keys_, counter_++);

  const MutBytes body = record.subspan(kRecordHeaderSize);
  const MutBytes inner = body.first(body.size() - kGcmTagSize);
  inner[content_size] = static_cast<std::uint8_t>(type);
  const MutBytes padding = inner.subspan(content_size + 1);
  std::fill(padding.begin(), padding.end(), std::uint8_t{0});
  const auto header = record_header({(epoch_ & 1U) != 0, static_cast<std::uint16_t>(body.size())});
  copy(header, record);
  return aes_gcm_seal(keys_.key, nonce, header, inner, body.last<kGcmTagSize>());
}

Status Sealer::rekey() {
  if (counter_ == 0) return Error::wrong_state;
  if (epoch_ == Config::kLastEpoch) return Error::limit;
  update_traffic_secret(secret_.writable());
  derive_record_keys(secret_.bytes(), direction_, keys_);
  ++epoch_;
  counter_ = 0;
  return Error::none;
}

}  // namespace pawl
