// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/toml_file.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include <pawl/host/base/hex.hpp>
#include <pawl/host/base/text.hpp>
#include "tests/unit/host/failures.hpp"

namespace pawl::host::toml_file_test {
namespace {

using test::failure_of;
using test::has;
using test::succeeds;
using Which = Failure::Kind;

constexpr std::string_view kFormat = "pawl test 1";

std::string written(TomlWriter& writer) {
  const FileText text = test::value_of(writer.finish());
  return {text.bytes().begin(), text.bytes().end()};
}

/// What `read` makes of a file with `fields`, which has to be worthless then.
std::string refused(const std::string& fields, const std::function<void(TomlReader&)>& read) {
  const std::string text = "format = \"pawl test 1\"\n" + fields;
  TomlReader reader("a.toml", bytes_of(text), {kFormat});
  EXPECT_TRUE(succeeds(reader.done()));
  read(reader);
  const Failure failure = failure_of(Which::file_malformed, reader.done());
  EXPECT_EQ(failure.path, "a.toml");
  return failure.detail;
}

// Writing.

TEST(TomlWriter, BeginsWithItsCommentAndItsFormat) {
  TomlWriter writer("one\ntwo", kFormat);
  EXPECT_EQ(written(writer), "# one\n# two\nformat = \"pawl test 1\"\n");
  TomlWriter without_comment("", kFormat);
  EXPECT_EQ(written(without_comment), "format = \"pawl test 1\"\n");
}

TEST(TomlWriter, HasALineForEachField) {
  TomlWriter writer("", kFormat);
  writer.text("text", R"(a "quote" and a \)");
  writer.number("number", 4'294'967'295);
  writer.hex("key", ByteArray<3>{0x00, 0x1F, 0xA0});
  writer.user(bytes_of("alice"));
  writer.kind(Kind::raw_key);
  writer.mode(Mode::psk_ecdhe);
  EXPECT_EQ(written(writer),
            "format = \"pawl test 1\"\n"
            "text = \"a \\\"quote\\\" and a \\\\\"\n"
            "number = 4294967295\n"
            "key = \"001fa0\"\n"
            "user = \"alice\"\n"
            "kind = \"raw_key\"\n"
            "mode = \"psk_ecdhe\"\n");
}

TEST(TomlWriter, WritesNoUserWhoCannotBeEnrolled) {
  for (const char* user : {"", "a\nb", "\xFF"}) {
    TomlWriter writer("", kFormat);
    writer.user(bytes_of(user));
    failure_of(Which::user_name, writer.finish());
  }
}

// Reading.

TEST(TomlReader, ReadsWhatIsWritten) {
  TomlWriter writer("a comment", kFormat);
  writer.text("text", R"(a "quote" and a \)");
  writer.number("number", 7);
  writer.number("iterations", 600'000);
  writer.hex("key", ByteArray<2>{0x1F, 0xA0});
  writer.user(bytes_of("alice"));
  writer.kind(Kind::raw_key);
  writer.mode(Mode::pake);
  const std::string text = written(writer);
  TomlReader reader("a.toml", bytes_of(text), {kFormat});
  ByteArray<2> key{};
  reader.hex("key", key);
  EXPECT_EQ(hex(key), "1fa0");
  EXPECT_EQ(reader.text("text"), R"(a "quote" and a \)");
  EXPECT_EQ(reader.number("number"), 7U);
  EXPECT_EQ(reader.iterations(), 600'000U);
  EXPECT_EQ(reader.user(), "alice");
  EXPECT_EQ(reader.kind(), Kind::raw_key);
  EXPECT_EQ(reader.mode(), Mode::pake);
  EXPECT_TRUE(succeeds(reader.done()));
}

TEST(TomlReader, KnowsWhichFieldsAreThere) {
  const std::string text = "format = \"pawl test 1\"\nnumber = 1\n";
  const TomlReader reader("a.toml", bytes_of(text), {kFormat});
  EXPECT_TRUE(reader.has("number"));
  EXPECT_FALSE(reader.has("other"));
  EXPECT_EQ(reader.size(), 2U);
}

TEST(TomlReader, RefusesAnotherFormat) {
  for (const char* text : {"", "format = \"pawl test 2\"\n", "format = 1\n", "other = \"pawl test 1\"\n"}) {
    const TomlReader reader("a.toml", bytes_of(text), {kFormat});
    EXPECT_TRUE(has(failure_of(Which::file_malformed, reader.done()).detail, "format must be")) << text;
  }
}

/// What is there may be a secret.
TEST(TomlReader, SaysWhereAFileIsNoTomlAndNotWhatIsThere) {
  const std::string text = "format = \"pawl test 1\"\nkey = 5ec4e7\n";
  const TomlReader reader("a.toml", bytes_of(text), {kFormat});
  const std::string detail = failure_of(Which::file_malformed, reader.done()).detail;
  EXPECT_EQ(detail, "line 2 is not TOML");
}

TEST(TomlReader, RefusesNumbersThatAreNone) {
  const auto read = [](TomlReader& reader) { EXPECT_EQ(reader.number("n"), 0U); };
  for (const char* field : {"", "n = \"1\"\n", "n = -1\n", "n = 4294967296\n", "n = 1.0\n", "n = true\n"}) {
    EXPECT_EQ(refused(field, read), "n must be a number from 0 to 4294967295") << field;
  }
}

TEST(TomlReader, RefusesNoIterations) {
  const auto read = [](TomlReader& reader) { EXPECT_EQ(reader.iterations(), 0U); };
  EXPECT_EQ(refused("iterations = 0\n", read), "iterations must be a number from 1 to 4294967295");
}

TEST(TomlReader, RefusesTextThatIsNone) {
  const auto read = [](TomlReader& reader) { EXPECT_EQ(reader.text("t"), ""); };
  for (const char* field : {"", "t = 1\n", "t = [\"a\"]\n"}) EXPECT_EQ(refused(field, read), "t must be a string");
}

TEST(TomlReader, RefusesKeysOfAnotherLengthOrWithOtherDigits) {
  const auto read = [](TomlReader& reader) {
    ByteArray<2> key{};
    reader.hex("key", key);
  };
  for (const char* field : {"key = \"1fa\"\n", "key = \"1fa000\"\n", "key = \"1FA0\"\n", "key = \"\"\n"}) {
    EXPECT_EQ(refused(field, read), "key must be 4 lower-case hexadecimal digits") << field;
  }
}

TEST(TomlReader, RefusesUsersWhoAreTooLongOrNone) {
  const auto read = [](TomlReader& reader) { static_cast<void>(reader.user()); };
  for (const std::string& user : {std::string(), std::string(129, 'x')}) {
    EXPECT_EQ(refused("user = \"" + user + "\"\n", read), "user must be 1 to 128 bytes long");
  }
}

TEST(TomlReader, RefusesKindsAndModesThatThereAreNot) {
  const auto kind = [](TomlReader& reader) { static_cast<void>(reader.kind()); };
  EXPECT_EQ(refused("kind = \"key\"\n", kind), R"(kind must be "password" or "raw_key")");
  const auto mode = [](TomlReader& reader) { static_cast<void>(reader.mode()); };
  EXPECT_EQ(refused("mode = \"PSK\"\n", mode), R"(mode must be "pake", "psk_ecdhe" or "psk")");
}

TEST(TomlReader, NamesTheFirstThingThatIsWrong) {
  const auto read = [](TomlReader& reader) {
    static_cast<void>(reader.number("first"));
    static_cast<void>(reader.text("second"));
    reader.fail("the third");
  };
  EXPECT_TRUE(has(refused("", read), "first"));
  EXPECT_EQ(refused("", [](TomlReader& reader) { reader.fail("the third"); }), "the third");
}

}  // namespace
}  // namespace pawl::host::toml_file_test
