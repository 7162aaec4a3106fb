// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/base/user_name.hpp>

#include <algorithm>
#include <pawl/wire/parameters.hpp>

#include "tests/fuzz/refusal.hpp"

namespace {

using namespace pawl::host;
using pawl::test::require;

unsigned hex_digit(char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'A' + 10); }

/// Undoes `mark` and two hexadecimal digits for a byte; and, if it escapes itself, two of `mark`.
std::string unescaped(const std::string& text, const std::string& mark, bool escapes_itself) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, mark.size(), mark) == 0) {
      bytes += static_cast<char>(hex_digit(text.at(i + mark.size())) << 4U | hex_digit(text.at(i + mark.size() + 1)));
      i += mark.size() + 1;
    } else {
      bytes += text[i];
      if (escapes_itself && text[i] == mark.front()) ++i;
    }
  }
  return bytes;
}

void name_a_file(pawl::Bytes user, const std::string& bytes) {
  const std::string name = file_name_of(user);
  require(unescaped(name, "%", false) == bytes, "different users have different files");
  require(name.find('/') == std::string::npos && !name.starts_with('.'), "a file stays in its directory");
  require(std::ranges::all_of(name, [](char c) { return c > ' ' && c <= 'z'; }), "its name is plain");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const pawl::Bytes user(data, size);
  const std::string bytes(data, data + size);
  name_a_file(user, bytes);

  const std::string shown = printable(user);
  require(is_plain_text(bytes_of(shown)), "what is printed is safe to print");
  require(unescaped(shown, "\\x", true) == bytes, "what is printed tells all bytes apart");

  const bool good = size >= 1 && size <= pawl::kMaxUser && is_plain_text(user);
  require(pawl::test::accepted(Failure::Kind::user_name, check_user_name(user)) == good, "a good name can be enrolled");
  return 0;
}
