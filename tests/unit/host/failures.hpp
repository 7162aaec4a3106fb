// SPDX-License-Identifier: Apache-2.0
/// What tests of the host library expect of its results.
#pragma once

#include <gtest/gtest.h>

#include <pawl/host/base/failure.hpp>
#include <string>
#include <utility>

namespace pawl::host::test {

/// The failure of `result`, which must be one of `kind`.
template <class T>
Failure failure_of(Failure::Kind kind, const FailureOr<T>& result) {
  if (result.ok()) {
    ADD_FAILURE() << "nothing failed";
    return {};
  }
  EXPECT_EQ(static_cast<int>(result.failure().kind), static_cast<int>(kind)) << result.failure().detail;
  return result.failure();
}

/// The value of `result`, which must not have failed.
template <class T>
T value_of(FailureOr<T> result) {
  EXPECT_TRUE(result.ok()) << result.failure().path << ": " << result.failure().detail;
  return std::move(result.value());
}

inline testing::AssertionResult succeeds(const FailureOr<>& result) {
  if (result.ok()) return testing::AssertionSuccess();
  const Failure& failure = result.failure();
  return testing::AssertionFailure() << failure.path << ": " << failure.error.message() << " " << failure.detail;
}

/// gtest's HasSubstr without gmock.
inline testing::AssertionResult has(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << '"' << part << "\" is not in: " << text;
}

}  // namespace pawl::host::test
