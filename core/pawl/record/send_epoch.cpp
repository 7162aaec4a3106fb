// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/record/send_epoch.hpp>

namespace pawl {

SendEpoch::SendEpoch(SendSecret&& secret, Direction direction)
    : secret_(static_cast<SendSecret&&>(secret)), direction_(direction) {
  derive_record_keys(secret_.bytes(), direction_, keys_);
}

Status SendEpoch::seal(RecordType type, std::size_t header_size, std::size_t content_size, MutBytes record) {
  const std::size_t overhead = header_size + 1 + kGcmTagSize;
  if (record.size() > header_size + kMaxMaxRx || record.size() < overhead || content_size > record.size() - overhead) {
    return Error::invalid_argument;
  }
  const std::uint32_t last = Config::kHardRecordLimit - 1;
  if (counter_ > last || (counter_ == last && type != RecordType::close)) return Error::limit;
  const GcmNonce nonce = record_nonce(keys_, counter_++);

  const MutBytes body = record.subspan(header_size);
  const MutBytes inner = body.first(body.size() - kGcmTagSize);
  inner[content_size] = static_cast<std::uint8_t>(type);
  const MutBytes padding = inner.subspan(content_size + 1);
  std::fill(padding.begin(), padding.end(), std::uint8_t{0});
  return aes_gcm_seal(keys_.key, nonce, record.first(header_size), inner, body.last<kGcmTagSize>());
}

Status SendEpoch::rekey() {
  if (counter_ == 0) return Error::wrong_state;
  if (epoch_ == Config::kLastEpoch) return Error::limit;
  update_traffic_secret(secret_.writable());
  derive_record_keys(secret_.bytes(), direction_, keys_);
  ++epoch_;
  counter_ = 0;
  return Error::none;
}

}  // namespace pawl
