// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/bytes.hpp>
#include <pawl/base/result.hpp>

namespace pawl {

/// The one service that the core calls. A platform implements it over a cryptographic generator.
class Random {
 public:
  /// Fills all of `out` with uniform, unpredictable bytes, or fails with Error::random_failed. After a failure nobody
  /// uses `out`. A source that cannot prove its health must fail rather than guess.
  virtual Status fill(MutBytes out) = 0;

 protected:
  ~Random() = default;
};

}  // namespace pawl
