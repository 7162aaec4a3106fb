// SPDX-License-Identifier: Apache-2.0
#include <pawl/port/sim/noise.hpp>

namespace pawl {

void Noise::burst(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) given_.push_back(static_cast<std::uint8_t>(chance_.below(256)));
}

Result<std::size_t> Noise::read(MutBytes buffer) {
  while (given_.empty()) {
    ByteArray<512> piece{};
    const auto got = under_.read(piece);
    if (!got.ok() || got.value() == 0) return got;
    if (cut_) continue;
    for (const std::uint8_t byte : Bytes(piece).first(got.value())) hear(byte);
  }
  const std::size_t size = std::min(buffer.size(), given_.size());
  const auto end = given_.begin() + static_cast<std::ptrdiff_t>(size);
  std::copy(given_.begin(), end, buffer.begin());
  given_.erase(given_.begin(), end);
  return size;
}

void Noise::hear(std::uint8_t byte) {
  if (chance_.per_million(rates_.insertion)) burst(1);
  if (chance_.per_million(rates_.loss)) return;
  for (unsigned bit = 0; bit < 8; ++bit) {
    if (chance_.per_million(rates_.bit_error)) byte ^= static_cast<std::uint8_t>(1U << bit);
  }
  given_.push_back(byte);
}

}  // namespace pawl
