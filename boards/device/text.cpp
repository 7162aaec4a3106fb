// SPDX-License-Identifier: Apache-2.0
#include "text.hpp"

namespace device {

Text& Text::operator<<(std::uint32_t number) {
  char digits[10];
  std::size_t count = 0;
  do {
    digits[count++] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  while (count > 0) put(digits[--count]);
  return *this;
}

}  // namespace device
