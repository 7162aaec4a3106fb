// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/secret.hpp>

namespace pawl {

void wipe(MutBytes bytes) {
  std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
  // The empty instruction claims to read the memory, so the stores above count as needed.
  __asm__ volatile("" : : "r"(bytes.data()) : "memory");
}

}  // namespace pawl
