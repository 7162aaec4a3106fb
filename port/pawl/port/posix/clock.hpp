// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/port/clock.hpp>

namespace pawl {

/// CLOCK_MONOTONIC. It stands still while the machine sleeps, so that a session is not idle before anybody could speak.
class MonotonicClock final : public Clock {
 public:
  Instant now() override;
};

}  // namespace pawl
