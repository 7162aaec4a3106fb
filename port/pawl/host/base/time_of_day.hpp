// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace pawl::host {

/// The time that people have, which goes on while nobody runs, and may be set back and forward.
class TimeOfDay {
 public:
  /// Seconds since 1970.
  virtual std::uint64_t seconds() = 0;

 protected:
  ~TimeOfDay() = default;
};

/// CLOCK_REALTIME.
class SystemTimeOfDay final : public TimeOfDay {
 public:
  std::uint64_t seconds() override;
};

}  // namespace pawl::host
