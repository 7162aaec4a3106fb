// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/port/clock.hpp>

namespace pawl {

/// A clock that stands still until it is moved by hand.
class ManualClock final : public Clock {
 public:
  Instant now() override { return now_; }
  void advance(Duration by) { now_ = now_ + by; }

 private:
  // Not 0, so that a moment of the past can be told from the beginning.
  Instant now_{1'000'000};
};

}  // namespace pawl
