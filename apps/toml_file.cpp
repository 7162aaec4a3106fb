// SPDX-License-Identifier: Apache-2.0
#include "toml_file.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>

#include "file_error.hpp"
#include "hex.hpp"
#include "names.hpp"
#include "text.hpp"
#include "user_name.hpp"

namespace pawl::app {
namespace {

/// The one of `values` whose name is `word`.
template <class T>
std::optional<T> named(std::string_view word, std::initializer_list<T> values) {
  for (const T value : values) {
    if (name(value) == word) return value;
  }
  return std::nullopt;
}

std::string_view view_of(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

}  // namespace

TomlWriter::TomlWriter(std::string_view comment, std::string_view format) {
  while (!comment.empty()) {
    const std::string_view line = comment.substr(0, comment.find('\n'));
    put("# ");
    put(line);
    put("\n");
    comment.remove_prefix(std::min(line.size() + 1, comment.size()));
  }
  text("format", format);
}

void TomlWriter::text(std::string_view key, std::string_view value) {
  put(key);
  put(" = \"");
  for (const char& c : value) {
    if (c == '"' || c == '\\') put("\\");
    put({&c, 1});
  }
  put("\"\n");
}

void TomlWriter::number(std::string_view key, std::uint32_t value) {
  put(key);
  put(" = " + std::to_string(value) + "\n");
}

void TomlWriter::hex(std::string_view key, Bytes value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  put(key);
  put(" = \"");
  for (const std::uint8_t byte : value) {
    put(kDigits.substr(byte >> 4U, 1));
    put(kDigits.substr(byte & 0xFU, 1));
  }
  put("\"\n");
}

void TomlWriter::user(Bytes user) {
  check_user_name(user);
  text("user", view_of(user));
}

void TomlWriter::kind(Kind kind) { text("kind", name(kind)); }
void TomlWriter::mode(Mode mode) { text("mode", name(mode)); }

void TomlWriter::put(std::string_view text) {
  if (!text_.append(bytes_of(text))) throw AppError(ExitCode::internal, "A file is too long. Please report this.");
}

TomlReader::TomlReader(const std::filesystem::path& path, Bytes text, std::string_view format) : path_(path) {
  try {
    table_ = toml::parse(view_of(text));
  } catch (const toml::parse_error& e) {
    // Not e.description(): it may quote what is there, and secrets are.
    throw error("line " + std::to_string(e.source().begin.line) + " is not TOML");
  }
  if (this->text("format") != format) throw bad_field("format", "\"" + std::string(format) + "\"");
}

TomlReader::~TomlReader() {
  for (auto&& [key, node] : table_) {
    if (auto* value = node.as_string()) {
      std::string& text = value->get();
      wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    }
  }
}

std::uint32_t TomlReader::number(std::string_view key) const {
  // Not value<>(), which takes floating-point numbers too, and converts those that no integer can be.
  const auto* value = table_[key].as_integer();
  if (value == nullptr || !std::in_range<std::uint32_t>(value->get())) {
    throw bad_field(key, "a number from 0 to 4294967295");
  }
  return static_cast<std::uint32_t>(value->get());
}

std::uint32_t TomlReader::iterations() const {
  const std::uint32_t iterations = number("iterations");
  if (iterations == 0) throw bad_field("iterations", "a number from 1 to 4294967295");
  return iterations;
}

void TomlReader::hex(std::string_view key, MutBytes out) const {
  if (!from_hex(text(key), out))
    throw bad_field(key, std::to_string(2 * out.size()) + " lower-case hexadecimal digits");
}

std::string TomlReader::user() const {
  const std::string& user = text("user");
  if (user.empty() || user.size() > kMaxUser) throw bad_field("user", "1 to 128 bytes long");
  return user;
}

Kind TomlReader::kind() const {
  const auto value = named(text("kind"), {Kind::password, Kind::raw_key});
  if (!value) throw bad_field("kind", R"("password" or "raw_key")");
  return *value;
}

Mode TomlReader::mode() const {
  const auto value = named(text("mode"), {Mode::psk, Mode::psk_ecdhe, Mode::pake});
  if (!value) throw bad_field("mode", R"("pake", "psk_ecdhe" or "psk")");
  return *value;
}

const std::string& TomlReader::text(std::string_view key) const {
  const auto* value = table_[key].as_string();
  if (value == nullptr) throw bad_field(key, "a string");
  return value->get();
}

AppError TomlReader::bad_field(std::string_view key, std::string_view must_be) const {
  return error(std::string(key) + " must be " + std::string(must_be));
}

AppError TomlReader::error(std::string_view what) const {
  return {ExitCode::io, "Cannot use " + quoted(path_) + ": " + std::string(what) +
                            ". Check that it is the right file; one that pawl enroll made is made again by enrolling."};
}

}  // namespace pawl::app
