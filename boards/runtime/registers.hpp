// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace board {

/// The register at an address: a peripheral's base and the offset in it.
inline volatile std::uint32_t& reg(std::uint32_t base, std::uint32_t offset = 0) {
  return *reinterpret_cast<volatile std::uint32_t*>(base + offset);
}

/// Waits until `bits` of a register are all set, or all clear; false if that does not happen within `polls` reads: no
/// hardware is trusted to answer.
inline bool wait_for(const volatile std::uint32_t& from, std::uint32_t bits, bool set, std::uint32_t polls) {
  for (; polls > 0; --polls) {
    if ((from & bits) == (set ? bits : 0)) return true;
  }
  return false;
}

}  // namespace board
