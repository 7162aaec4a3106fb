// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/port/clock.hpp>

namespace pawl {

/// A clock that a timer interrupt moves on, once a millisecond. It is constant-initialised and good for 580 million
/// years.
class TickClock final : public Clock {
 public:
  /// For the interrupt.
  void tick();
  Instant now() override;

 private:
  // A processor of 32 bits reads the two halves one after the other.
  volatile std::uint32_t low_ = 0;
  volatile std::uint32_t high_ = 0;
};

}  // namespace pawl
