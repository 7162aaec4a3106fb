// SPDX-License-Identifier: Apache-2.0
#include "hex.hpp"

#include <string_view>

namespace pawl::app {

std::string hex(Bytes bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0xFU];
  }
  return text;
}

}  // namespace pawl::app
