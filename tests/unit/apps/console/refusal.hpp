// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "console/exit_code.hpp"

namespace pawl::app::test {

/// Runs `act`, which must throw an AppError with `code`, and returns what it says.
template <class Act>
std::string refusal(ExitCode code, const Act& act) {
  try {
    act();
  } catch (const AppError& e) {
    EXPECT_EQ(e.code(), code) << e.what();
    return e.what();
  }
  ADD_FAILURE() << "nothing was refused";
  return {};
}

/// gtest's HasSubstr without gmock.
inline testing::AssertionResult has(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << '"' << part << "\" is not in: " << text;
}

}  // namespace pawl::app::test
