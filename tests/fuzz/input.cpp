// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/input.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace {

/// Outside of a test a failed EXPECT would only be printed.
class AbortOnFailure : public testing::EmptyTestEventListener {
  void OnTestPartResult(const testing::TestPartResult& result) override {
    pawl::test::require(!result.failed(), result.message());
  }
};

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  testing::UnitTest::GetInstance()->listeners().Append(new AbortOnFailure);
  return 0;
}

namespace pawl::test {

void require(bool holds, const char* what) {
  if (holds) return;
  static_cast<void>(std::fprintf(stderr, "required: %s\n", what));
  std::abort();
}

std::uint8_t Input::u8() {
  if (rest_.empty()) return 0;
  const std::uint8_t first = rest_.front();
  rest_ = rest_.subspan(1);
  return first;
}

std::uint16_t Input::u16() {
  const unsigned high = u8();
  return static_cast<std::uint16_t>(high << 8U | u8());
}

Bytes Input::chunk() {
  const Bytes taken = rest_.first(std::min<std::size_t>(u8(), rest_.size()));
  rest_ = rest_.subspan(taken.size());
  return taken;
}

}  // namespace pawl::test
