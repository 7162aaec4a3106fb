// SPDX-License-Identifier: Apache-2.0
#include <pawl/port/sim/seeded_random.hpp>

namespace pawl {

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators"), one byte a step so that it
/// makes no difference how many are asked for at a time.
Status SeededRandom::fill(MutBytes out) {
  for (std::uint8_t& byte : out) {
    state_ += 0x9E37'79B9'7F4A'7C15;
    std::uint64_t mixed = (state_ ^ (state_ >> 30U)) * 0xBF58'476D'1CE4'E5B9;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D0'49BB'1331'11EB;
    byte = static_cast<std::uint8_t>(mixed >> 56U);
  }
  return Error::none;
}

Status ScriptedRandom::fill(MutBytes out) {
  if (out.size() > left()) return Error::random_failed;
  copy(Bytes(script_).subspan(given_, out.size()), out);
  given_ += out.size();
  return Error::none;
}

}  // namespace pawl
