// SPDX-License-Identifier: Apache-2.0
/// Limits of records and epochs that a test can reach. A second build of the core, for the tests in unit_small_limits
/// and nonces, is made with them (PAWL_CONFIG_HEADER, see core/pawl/base/config.hpp).
#pragma once

namespace pawl {

struct Config : DefaultConfig {
  static constexpr std::uint32_t kSoftRecordLimit = 8;
  static constexpr std::uint32_t kHardRecordLimit = 16;
  static constexpr std::uint32_t kLastEpoch = 99;
  static constexpr std::uint64_t kNstpMessages = 3;
};

}  // namespace pawl
