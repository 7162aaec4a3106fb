// SPDX-License-Identifier: Apache-2.0
/// Names of parameters in the names of tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <pawl/handshake/key_schedule.hpp>

#include "tests/support/enrolled.hpp"

namespace pawl::test {

/// "raw_key_psk" and so on.
inline std::string flow_name(const Flow& flow) {
  std::string name = name_of(flow);
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}
inline std::string name_of_flow(const testing::TestParamInfo<Flow>& test) { return flow_name(test.param); }

inline std::string side_name(Side side) { return side == Side::client ? "client" : "server"; }
inline std::string name_of_side(const testing::TestParamInfo<Side>& test) { return side_name(test.param); }

}  // namespace pawl::test
