// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/secret.hpp>

namespace pawl {

void wipe(std::uint8_t* data, std::size_t size) {
  std::fill_n(data, size, std::uint8_t{0});
  // The empty instruction claims to read the memory, so the stores above count as needed.
  __asm__ volatile("" : : "r"(data) : "memory");
}

}  // namespace pawl
