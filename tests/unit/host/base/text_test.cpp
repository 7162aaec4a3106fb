// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/base/text.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace pawl::host::text_test {
namespace {

using namespace std::string_view_literals;

struct Case {
  std::string_view bytes;
  std::string_view printed;
};

TEST(Printable, LeavesPlainTextAlone) {
  for (const auto text : {""sv, "alice"sv, "a b"sv, "\xC3\xBC"sv, "\xE2\x82\xAC"sv, "\xF0\x9F\x90\xB4"sv, "\xC2\xA0"sv,
                          "\xED\x9F\xBF"sv, "\xF4\x8F\xBF\xBF"sv}) {
    EXPECT_EQ(printable(bytes_of(text)), text);
    EXPECT_TRUE(is_plain_text(bytes_of(text))) << text;
    EXPECT_TRUE(is_utf8(bytes_of(text))) << text;
  }
}

TEST(Printable, EscapesControlCharacters) {
  const Case cases[] = {{"\0"sv, R"(\x00)"},          {"a\nb"sv, R"(a\x0Ab)"},   {"\x1B[31m"sv, R"(\x1B[31m)"},
                        {"\x7F"sv, R"(\x7F)"},        {"\r\t"sv, R"(\x0D\x09)"}, {"\xC2\x80"sv, R"(\xC2\x80)"},
                        {"\xC2\x9B"sv, R"(\xC2\x9B)"}};
  for (const auto& [bytes, printed] : cases) {
    EXPECT_EQ(printable(bytes_of(bytes)), printed);
    EXPECT_FALSE(is_plain_text(bytes_of(bytes))) << printed;
    EXPECT_TRUE(is_utf8(bytes_of(bytes))) << printed;
  }
}

TEST(Printable, EscapesWhatIsNotUtf8) {
  const Case cases[] = {{"\xFF"sv, R"(\xFF)"},
                        {"\x80"sv, R"(\x80)"},
                        {"\xC3"sv, R"(\xC3)"},                          // cut short
                        {"\xE2\x82"sv, R"(\xE2\x82)"},                  // cut short
                        {"\xC3(", R"(\xC3()"},                          // no continuation
                        {"\xC0\xAF"sv, R"(\xC0\xAF)"},                  // overlong
                        {"\xE0\x9F\xBF"sv, R"(\xE0\x9F\xBF)"},          // overlong
                        {"\xF0\x8F\xBF\xBF"sv, R"(\xF0\x8F\xBF\xBF)"},  // overlong
                        {"\xED\xA0\x80"sv, R"(\xED\xA0\x80)"},          // a surrogate
                        {"\xF4\x90\x80\x80"sv, R"(\xF4\x90\x80\x80)"},  // above U+10FFFF
                        {"\xF5\x80\x80\x80"sv, R"(\xF5\x80\x80\x80)"}};
  for (const auto& [bytes, printed] : cases) {
    EXPECT_EQ(printable(bytes_of(bytes)), printed);
    EXPECT_FALSE(is_plain_text(bytes_of(bytes))) << printed;
    EXPECT_FALSE(is_utf8(bytes_of(bytes))) << printed;
  }
}

TEST(Printable, GoesOnBehindABadByte) { EXPECT_EQ(printable(bytes_of("a\xC3\xC3\xBC")), "a\\xC3\xC3\xBC"); }

TEST(Printable, TellsABackslashFromAnEscape) {
  EXPECT_EQ(printable(bytes_of(R"(\x0A)")), R"(\\x0A)");
  EXPECT_TRUE(is_plain_text(bytes_of(R"(\x0A)")));
}

}  // namespace
}  // namespace pawl::host::text_test
