// SPDX-License-Identifier: Apache-2.0
/// A board without a source of noise has these in its silicon.cpp. An emulator does not keep what is written to flash,
/// and its clocks are not those of the silicon; tests/boards has what stands in for that file there.
#pragma once

#include <pawl/port/baremetal/seed_store.hpp>

namespace board {

/// Of the clock that drives the timer, a second.
extern const std::uint32_t kClockRate;

pawl::SeedStore& seed_store();

}  // namespace board
