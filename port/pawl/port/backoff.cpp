// SPDX-License-Identifier: Apache-2.0
#include <pawl/port/backoff.hpp>

namespace pawl {

Result<Duration> Backoff::failed(Random& random, std::uint16_t retry_after) {
  ByteArray<2> drawn{};
  const Status status = random.fill(drawn);
  if (!status.ok()) return status.error();
  const Duration most = seconds(std::uint64_t{1} << failures_);
  if (failures_ < kDoublings) ++failures_;
  const std::uint32_t part = drawn[0] * 256U + drawn[1];
  return milliseconds(most.ms * part / 65'536 + seconds(retry_after).ms);
}

}  // namespace pawl
