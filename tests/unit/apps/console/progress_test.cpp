// SPDX-License-Identifier: Apache-2.0
#include "console/progress.hpp"

#include <gtest/gtest.h>

namespace pawl::app::progress_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(ProgressLine, ShowsThePartThatIsDone) {
  EXPECT_EQ(progress_line("Work", Unit::steps, 0, 200, milliseconds(0)), "Work    0 %  [........................]");
  EXPECT_EQ(progress_line("Work", Unit::steps, 101, 200, milliseconds(0)), "Work   50 %  [############............]");
  EXPECT_EQ(progress_line("Work", Unit::steps, 199, 200, milliseconds(0)), "Work   99 %  [#######################.]");
  EXPECT_EQ(progress_line("Work", Unit::steps, 200, 200, milliseconds(0)), "Work  100 %  [########################]");
}

TEST(ProgressLine, ShowsTheTimeThatIsLeft) {
  EXPECT_EQ(progress_line("", Unit::steps, 100, 400, seconds(1)), "   25 %  [######..................]  4 s left");
  EXPECT_EQ(progress_line("", Unit::steps, 100, 400, seconds(41)),
            "   25 %  [######..................]  2 min 4 s left");
  EXPECT_EQ(progress_line("", Unit::steps, 400, 400, seconds(41)), "  100 %  [########################]");
}

TEST(ProgressLine, ShowsTheRateOfBytes) {
  const std::uint64_t mebi = 1024 * 1024;
  EXPECT_EQ(progress_line("", Unit::bytes, 5 * mebi, 10 * mebi, seconds(2)),
            "   50 %  [############............]  2.5 MiB/s  3 s left");
  EXPECT_EQ(progress_line("", Unit::bytes, 500, 500, seconds(2)), "  100 %  [########################]  250 B/s");
}

TEST(ProgressLine, GuessesNothingFromTooLittle) {
  EXPECT_EQ(progress_line("", Unit::bytes, 1, 4, milliseconds(499)), "   25 %  [######..................]");
  EXPECT_EQ(progress_line("", Unit::bytes, 0, 4, seconds(60)), "    0 %  [........................]");
}

TEST(ProgressLine, HoldsWhatCannotBe) {
  EXPECT_EQ(progress_line("", Unit::steps, 0, 0, seconds(1)), "  100 %  [########################]");
  EXPECT_EQ(progress_line("", Unit::steps, 9, 4, milliseconds(0)), "  100 %  [########################]");
}

/// In a test, standard error is no terminal, or the capture takes its place.
TEST(ProgressBar, DrawsNothingWithoutATerminal) {
  testing::internal::CaptureStderr();
  {
    Reporter reporter({.json = false, .verbose = false});
    ProgressBar bar(reporter, "Work", Unit::steps, 2);
    bar.update(1);
    bar.finish();
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace pawl::app::progress_test
