// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace pawl {

/// Resets the processor unless it is fed often enough. Its period is longer than the longest call of the core takes,
/// which is one scalar multiplication.
class Watchdog {
 public:
  virtual void feed() = 0;

 protected:
  ~Watchdog() = default;
};

}  // namespace pawl
