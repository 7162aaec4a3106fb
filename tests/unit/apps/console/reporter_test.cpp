// SPDX-License-Identifier: Apache-2.0
#include "console/reporter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <string>

namespace pawl::app::reporter_test {
namespace {

/// `text` without the times in it, which are of the right form.
std::string timeless(const std::string& text) {
  static const std::regex time(R"("time":"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ",?)");
  return std::regex_replace(text, time, "");
}

struct Output {
  std::string out;
  std::string err;
};

/// What `act` says by a Reporter with these options. Standard error is no terminal meanwhile.
template <class Act>
Output said(const Reporter::Options& options, const Act& act) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Reporter reporter(options);
  act(reporter);
  return {timeless(testing::internal::GetCapturedStdout()), testing::internal::GetCapturedStderr()};
}

void say_everything(Reporter& reporter) {
  reporter.event("connected", {{"port", 7U}}, "Connected.");
  reporter.event("tick", {}, "");
  reporter.warn("Careful.");
  reporter.verbose("Details.");
  reporter.error("Failed.");
}

TEST(Reporter, SpeaksToPeopleOnStandardError) {
  const auto [out, err] = said({.json = false, .verbose = false}, say_everything);
  EXPECT_EQ(out, "");
  EXPECT_EQ(err, "Connected.\nWarning: Careful.\nError: Failed.\n");
}

TEST(Reporter, SpeaksToMachinesOnStandardOutput) {
  const auto [out, err] = said({.json = true, .verbose = false}, say_everything);
  EXPECT_EQ(err, "");
  EXPECT_EQ(out,
            "{\"event\":\"connected\",\"port\":7}\n"
            "{\"event\":\"tick\",}\n"
            "{\"event\":\"warning\",\"text\":\"Careful.\"}\n"
            "{\"event\":\"error\",\"text\":\"Failed.\"}\n");
}

TEST(Reporter, SaysMoreIfAsked) {
  const auto say = [](Reporter& reporter) { reporter.verbose("Details."); };
  EXPECT_EQ(said({.json = false, .verbose = true}, say).err, "Details.\n");
  EXPECT_EQ(said({.json = true, .verbose = true}, say).out, "{\"event\":\"verbose\",\"text\":\"Details.\"}\n");
}

TEST(Reporter, WarnsOnceOfWhatComesAgain) {
  const auto say = [](Reporter& reporter) {
    for (const char* text : {"One.", "Two.", "One."}) reporter.warn_once(text);
  };
  EXPECT_EQ(said({.json = false, .verbose = false}, say).err, "Warning: One.\nWarning: Two.\n");
  EXPECT_EQ(said({.json = false, .verbose = true}, say).err, "Warning: One.\nWarning: Two.\nOne.\n");
}

TEST(Reporter, KeepsNoMoreWarningsThanAThousand) {
  const auto say = [](Reporter& reporter) {
    for (int i = 0; i < 2000; ++i) reporter.warn_once(std::to_string(i));
  };
  const std::string err = said({.json = false, .verbose = false}, say).err;
  EXPECT_EQ(std::ranges::count(err, '\n'), 1000);
}

TEST(Reporter, WritesJsonWhateverTheBytes) {
  const auto say = [](Reporter& reporter) { reporter.event("file", {{"path", "\xFF\n"}}, ""); };
  EXPECT_EQ(said({.json = true, .verbose = false}, say).out, "{\"event\":\"file\",\"path\":\"\xEF\xBF\xBD\\n\"}\n");
}

}  // namespace
}  // namespace pawl::app::reporter_test
