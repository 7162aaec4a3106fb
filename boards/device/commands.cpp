// SPDX-License-Identifier: Apache-2.0
#include "commands.hpp"

#include <algorithm>
#include <board.hpp>

namespace device {
namespace {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): there is one LED
bool lit = false;

}  // namespace

bool obey(pawl::Bytes message) {
  const bool on = std::ranges::equal(message, pawl::ascii("led on"));
  if (!on && !std::ranges::equal(message, pawl::ascii("led off"))) return false;
  board::set_led(on);
  lit = on;
  return true;
}

bool led_is_on() { return lit; }

}  // namespace device
