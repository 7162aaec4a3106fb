// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/random.hpp>

namespace firmware {

/// The same sequence at every start: for these images alone, whose secrets protect nothing.
class KnownRandom final : public pawl::Random {
 public:
  pawl::Status fill(pawl::MutBytes out) override;

 private:
  std::uint32_t state_ = 0x2545F491;
};

}  // namespace firmware
