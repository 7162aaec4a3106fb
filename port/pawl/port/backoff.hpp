// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/random.hpp>
#include <pawl/base/time.hpp>

namespace pawl {

/// How long to wait before the next attempt to connect. It is anything between nothing and 1 s after the first failure
/// in a row, and the upper bound is twice as high each time up to 64 s (full jitter). So many devices that were cut off
/// at one moment come back evenly spread, and not in waves.
class Backoff {
 public:
  /// Another attempt has failed. Gives the wait, which comes on top of what the server asked for (Closed::retry_after,
  /// seconds). Error::random_failed.
  Result<Duration> failed(Random& random, std::uint16_t retry_after = 0);
  /// An attempt has succeeded.
  void succeeded() { failures_ = 0; }

 private:
  static constexpr std::uint8_t kDoublings = 6;

  std::uint8_t failures_ = 0;
};

}  // namespace pawl
