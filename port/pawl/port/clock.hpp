// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/time.hpp>

namespace pawl {

/// A monotonic clock.
class Clock {
 public:
  /// The present moment, which is never earlier than one given before.
  virtual Instant now() = 0;

 protected:
  ~Clock() = default;
};

}  // namespace pawl
