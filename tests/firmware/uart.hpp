// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace firmware {

/// What startup.c fills the stack with.
constexpr std::uint8_t kStackPaint = 0xA5;

void start_uart();

}  // namespace firmware
