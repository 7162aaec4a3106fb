// SPDX-License-Identifier: Apache-2.0
#include <pawl/crypto/constant_time.hpp>

namespace pawl {

void copy_if(bool condition, Bytes from, MutBytes to) {
  // All ones or all zeros. The empty instruction keeps the compiler from turning the mask back into a branch.
  auto mask = static_cast<std::uint8_t>(-static_cast<int>(condition));
  __asm__ volatile("" : "+r"(mask));
  for (std::size_t i = 0; i < to.size(); ++i) {
    to[i] = static_cast<std::uint8_t>((to[i] & ~mask) | (from[i] & mask));
  }
}

}  // namespace pawl
