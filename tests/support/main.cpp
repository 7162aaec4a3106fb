// SPDX-License-Identifier: Apache-2.0
// A program of tests. Its argument, if it has one, is part of the paths of test files, and it runs the tests in those:
// ctest has an entry for each file, or folder. GoogleTest's own options work too.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <string_view>

namespace {

// What ctest takes for "skipped". A file that was run only in part has not passed.
constexpr int kSkipped = 77;

/// The tests in files with `part` in their paths, as --gtest_filter takes them.
std::string tests_in(std::string_view part) {
  const testing::UnitTest& all = *testing::UnitTest::GetInstance();
  std::string tests;
  for (int i = 0; i < all.total_test_suite_count(); ++i) {
    const testing::TestSuite& suite = *all.GetTestSuite(i);
    for (int j = 0; j < suite.total_test_count(); ++j) {
      const testing::TestInfo& test = *suite.GetTestInfo(j);
      const bool wanted = std::string_view(test.file()).find(part) != std::string_view::npos;
      if (wanted) tests += std::string(suite.name()) + "." + test.name() + ":";
    }
  }
  return tests;
}

/// Says which tests were skipped and why, which GoogleTest does not when it is brief. Returns how many.
int tell_skipped() {
  const testing::UnitTest& all = *testing::UnitTest::GetInstance();
  for (int i = 0; i < all.total_test_suite_count(); ++i) {
    const testing::TestSuite& suite = *all.GetTestSuite(i);
    for (int j = 0; j < suite.total_test_count(); ++j) {
      const testing::TestResult& result = *suite.GetTestInfo(j)->result();
      if (!result.Skipped()) continue;
      const char* const why = result.GetTestPartResult(result.total_part_count() - 1).message();
      std::fprintf(stderr, "SKIPPED: %s.%s: %s\n", suite.name(), suite.GetTestInfo(j)->name(), why);
    }
  }
  return all.skipped_test_count();
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc > 1) {
    const std::string tests = tests_in(argv[1]);
    if (tests.empty()) {
      std::fprintf(stderr, "no test in %s\n", argv[1]);
      return 2;
    }
    GTEST_FLAG_SET(filter, tests);
  }
  const int result = RUN_ALL_TESTS();
  const int skipped = tell_skipped();
  return result == 0 && skipped > 0 ? kSkipped : result;
}
