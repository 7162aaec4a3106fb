// SPDX-License-Identifier: Apache-2.0
#include "known_random.hpp"

namespace firmware {

pawl::Status KnownRandom::fill(pawl::MutBytes out) {
  for (auto& byte : out) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 17;
    state_ ^= state_ << 5;
    byte = static_cast<std::uint8_t>(state_);
  }
  return pawl::Error::none;
}

}  // namespace firmware
