// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/record/record_epoch.hpp>
#include <pawl/wire/writer.hpp>

namespace pawl {

RecordEpoch::RecordEpoch(std::span<const std::uint8_t, 32> traffic_secret, Direction direction)
    : secret_(traffic_secret), direction_(direction) {
  derive_record_keys(secret_.bytes(), direction_, keys_);
}

Status RecordEpoch::next_on_stream() {
  ByteArray<sizeof(counter_)> records{};
  Writer(records).u32(counter_);
  return next(records);
}

Status RecordEpoch::next(Bytes context) {
  if (number_ == Config::kLastEpoch) return Error::limit;
  update_traffic_secret(secret_.writable(), context);
  derive_record_keys(secret_.bytes(), direction_, keys_);
  ++number_;
  counter_ = 0;
  return Error::none;
}

}  // namespace pawl
