// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace firmware {

/// Instructions since start_counting(), as QEMU executes them with the option -icount that CMakeLists.txt has for the
/// machine: for costs.cpp, which needs no clock.
void start_counting();
std::uint64_t instructions();

}  // namespace firmware
