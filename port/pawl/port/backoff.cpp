// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <pawl/port/backoff.hpp>

namespace pawl {

Result<Duration> Backoff::failed(Random& random, std::uint16_t retry_after) {
  ByteArray<1> drawn{};
  const Status status = random.fill(drawn);
  if (!status.ok()) return status.error();
  const Duration full = seconds(std::uint64_t{1} << failures_);
  if (failures_ < kDoublings) ++failures_;
  // 3/4 to 5/4 of it.
  const Duration varied = milliseconds(full.ms * 3 / 4 + full.ms / 2 * drawn[0] / 255);
  return std::max(varied, seconds(retry_after));
}

}  // namespace pawl
