// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/config_file.hpp>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include <pawl/host/base/text.hpp>
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::host::config_file_test {
namespace {

using test::failure_of;
using test::value_of;
using Which = Failure::Kind;

ConfigFile parsed(const std::string& text) { return value_of(ConfigFile::parse("pawl.toml", bytes_of(text))); }

/// Asks for every kind of value there is.
void ask(ConfigFile& file) {
  static_cast<void>(file.number("idle", {3, 65'535, true}));
  static_cast<void>(file.number("sessions", {1, 9}));
  static_cast<void>(file.text("listen"));
  static_cast<void>(file.texts("words"));
  static_cast<void>(file.flag("udp"));
  static_cast<void>(file.number("limits.hellos", {}));
}

/// What is said of a text that is wrong.
std::string said_of(const std::string& text) {
  ConfigFile file = parsed(text);
  ask(file);
  const Failure failure = failure_of(Which::config, file.done());
  EXPECT_EQ(failure.path, "pawl.toml");
  return failure.detail;
}

TEST(ConfigFile, GivesWhatItSaysAndNothingElse) {
  ConfigFile file = parsed("listen = \"0\"\nudp = true\nidle = 0\n[limits]\nhellos = 4294967295\n");
  EXPECT_EQ(file.text("listen"), "0");
  EXPECT_EQ(file.flag("udp"), true);
  EXPECT_EQ(file.number("idle", {3, 65'535, true}), 0U);
  EXPECT_EQ(file.number("limits.hellos", {}), 4'294'967'295U);
  EXPECT_TRUE(file.has("listen"));
  EXPECT_FALSE(file.has("serial"));
  EXPECT_FALSE(file.text("serial"));
  EXPECT_FALSE(file.number("limits.half_open", {}));
  EXPECT_TRUE(test::succeeds(file.done()));
}

TEST(ConfigFile, GivesAListOfTexts) {
  ConfigFile file = parsed("words = [\"-u\", \"\", \"a b\"]\n");
  EXPECT_EQ(file.texts("words"), (std::vector<std::string>{"-u", "", "a b"}));
  EXPECT_FALSE(file.texts("others"));
  EXPECT_TRUE(test::succeeds(file.done()));
  for (const char* text : {"words = \"-u\"", "words = [1]", "words = [\"a\", true]", "words = [\"a\\u0000b\"]"}) {
    EXPECT_EQ(said_of(text), "line 1: words must be a list of strings, such as [\"...\", \"...\"]") << text;
  }
}

TEST(ConfigFile, OfNothingIsFine) {
  for (const char* text : {"", "# nothing\n", "[limits]\n"}) {
    ConfigFile file = parsed(text);
    ask(file);
    EXPECT_TRUE(test::succeeds(file.done())) << text;
  }
}

TEST(ConfigFile, SaysWhatAValueMustBe) {
  EXPECT_EQ(said_of("idle = 2"), "line 1: idle must be 0, or a number from 3 to 65535");
  EXPECT_EQ(said_of("\nidle = 65536"), "line 2: idle must be 0, or a number from 3 to 65535");
  EXPECT_EQ(said_of("sessions = 0"), "line 1: sessions must be a number from 1 to 9");
  EXPECT_EQ(said_of("udp = 1"), "line 1: udp must be true or false");
  for (const char* value : {"-1", "2.5", "true", "\"5\"", "[5]", "{}", "4294967296", "1979-05-27", "nan"}) {
    EXPECT_EQ(said_of("[limits]\nhellos = " + std::string(value)),
              "line 2: limits.hellos must be a number from 0 to 4294967295");
  }
  for (const char* value : {"7295", "\"\"", "[\"0\"]", R"("a\u0000b")"}) {
    EXPECT_EQ(said_of("listen = " + std::string(value)).find("line 1: listen must be a string"), 0U) << value;
  }
  EXPECT_EQ(said_of("limits = 5"), "line 1: limits must be a table");
}

TEST(ConfigFile, NamesTheKeysThereAreForOneThatIsUnknown) {
  EXPECT_EQ(said_of("lissen = 5"), "line 1: there is no key lissen. There are idle, listen, sessions, udp, words");
  EXPECT_EQ(said_of("[limits]\nhelos = 5"), "line 2: there is no key limits.helos. There are hellos");
  EXPECT_EQ(said_of("[limit]\nhellos = 5").find("line 1: there is no key limit."), 0U);
  EXPECT_EQ(said_of("\"limits.hellos\" = 5").find("line 1: there is no key limits.hellos."), 0U);
  EXPECT_EQ(said_of("\"\\u001b\" = 5").find("line 1: there is no key \\x1B."), 0U);
}

TEST(ConfigFile, TellsOfItsFirstLineThatIsWrong) {
  EXPECT_EQ(said_of("zebra = 1\nudp = 5\nidle = 1").find("line 1: "), 0U);
  EXPECT_EQ(said_of("# fine\nudp = 5\nidle = 1\nant = 1").find("line 2: udp "), 0U);
  ConfigFile file = parsed("listen = \"x\"\nidle = 1\n");
  ask(file);
  file.fail("listen", "it is no address");
  EXPECT_EQ(failure_of(Which::config, file.done()).detail, "line 1: listen: it is no address");
}

TEST(ConfigFile, ThatIsNoTomlSaysWhere) {
  for (const char* text :
       {"\nidle = ", "\nidle", "\nidle = 1 idle = 2", "idle = 1\nidle = 2", "\nidle = 18446744073709551616"}) {
    const std::string said = failure_of(Which::config, ConfigFile::parse("a", bytes_of(text))).detail;
    EXPECT_EQ(said.find("line 2: it is not TOML"), 0U) << text << said;
  }
}

class ConfigOnTheDisk : public testing::Test {
 protected:
  FailureOr<ConfigFile> read_written(const std::string& text) {
    test::put_content(file_, text);
    return ConfigFile::read(file_);
  }

  test::TemporaryDirectory directory_;
  std::filesystem::path file_ = directory_ / "pawl.toml";
};

TEST_F(ConfigOnTheDisk, IsRead) {
  ConfigFile file = value_of(read_written("idle = 7\n"));
  EXPECT_EQ(file.number("idle", {}), 7U);
}

TEST_F(ConfigOnTheDisk, IsOfABoundedSize) {
  EXPECT_TRUE(read_written(std::string(ConfigFile::kMost, '\n')).ok());
  failure_of(Which::file_unfit, read_written(std::string(ConfigFile::kMost + 1, '\n')));
}

TEST_F(ConfigOnTheDisk, HasToBeAFile) {
  failure_of(Which::file_read, ConfigFile::read(file_));
  failure_of(Which::file_unfit, ConfigFile::read(file_.parent_path()));
  ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
  failure_of(Which::file_unfit, ConfigFile::read(file_));
}

}  // namespace
}  // namespace pawl::host::config_file_test
