// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/random.hpp>

namespace pawl {

/// The generator of the operating system, getrandom(2). Blocks only while the machine has just started and has no
/// entropy yet.
class SystemRandom final : public Random {
 public:
  Status fill(MutBytes out) override;
};

}  // namespace pawl
