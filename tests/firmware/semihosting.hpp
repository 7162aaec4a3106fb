// SPDX-License-Identifier: Apache-2.0
// What test images ask of QEMU. No production image links it.
#pragma once

#include <cstdint>

namespace firmware {

/// Calls the host; the argument is what the operation wants, a block of words mostly.
std::intptr_t semihost(std::uintptr_t operation, const void* argument);

/// On QEMU's standard output.
void say(const char* text);
void say(std::uint32_t number);

/// How much of the stack was ever used.
std::uint32_t stack_used();

/// Says how much of the stack was used, and ends QEMU with this exit code.
[[noreturn]] void finish(int code);

}  // namespace firmware
