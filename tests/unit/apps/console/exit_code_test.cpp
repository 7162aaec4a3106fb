// SPDX-License-Identifier: Apache-2.0
#include "console/exit_code.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/unit/apps/console/refusal.hpp"

namespace pawl::app::exit_code_test {
namespace {

constexpr auto kLast = static_cast<int>(Error::unconfirmed);

/// The numbers that scripts rely on.
TEST(ExitCodes, OfASessionsErrors) {
  const std::pair<Error, int> codes[] = {{Error::none, 0},
                                         {Error::invalid_argument, 1},
                                         {Error::wrong_state, 1},
                                         {Error::would_block, 1},
                                         {Error::crypto_failed, 1},
                                         {Error::replayed, 1},
                                         {Error::too_long, 2},
                                         {Error::authentication_failed, 3},
                                         {Error::iterations_refused, 3},
                                         {Error::credential_stale, 3},
                                         {Error::timeout, 4},
                                         {Error::idle, 4},
                                         {Error::derivation_slow, 4},
                                         {Error::connection_lost, 5},
                                         {Error::unconfirmed, 5},
                                         {Error::superseded, 5},
                                         {Error::truncated, 6},
                                         {Error::tampered, 7},
                                         {Error::busy, 8},
                                         {Error::limit, 8},
                                         {Error::expired, 8},
                                         {Error::random_failed, 9},
                                         {Error::malformed, 11},
                                         {Error::unsupported, 11},
                                         {Error::protocol, 11}};
  EXPECT_EQ(std::size(codes), kLast + 1U);
  for (const auto& [error, code] : codes) EXPECT_EQ(static_cast<int>(exit_code(error)), code) << name(error);
}

TEST(ExitCodes, EveryErrorHasItsOwnNameAndText) {
  std::set<std::string_view> names;
  std::set<std::string_view> texts;
  for (int i = 0; i <= kLast; ++i) {
    const auto error = static_cast<Error>(i);
    names.insert(name(error));
    texts.insert(describe(error));
    EXPECT_EQ(describe(error).back(), '.') << name(error);
  }
  EXPECT_EQ(names.size(), kLast + 1U);
  EXPECT_EQ(texts.size(), kLast + 1U);
  EXPECT_EQ(names.count("unknown"), 0U);
}

TEST(ExitCodes, TheListHasEachOfThemOnce) {
  std::vector<int> numbers;
  for (const ExitCodeMeaning& meaning : exit_code_meanings()) {
    numbers.push_back(static_cast<int>(meaning.code));
    EXPECT_FALSE(meaning.text.empty()) << numbers.back();
  }
  EXPECT_EQ(numbers, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 130}));
}

TEST(Require, ThrowsWhatTheErrorMeans) {
  EXPECT_NO_THROW(require(Status()));
  const std::string text = test::refusal(ExitCode::io, [] { require(Error::random_failed); });
  EXPECT_EQ(text, describe(Error::random_failed));
}

}  // namespace
}  // namespace pawl::app::exit_code_test
