// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <initializer_list>
#include <optional>
#include <utility>

#include <pawl/host/base/hex.hpp>
#include <pawl/host/base/names.hpp>
#include <pawl/host/base/text.hpp>
#include <pawl/host/base/user_name.hpp>
#include <pawl/host/store/toml_file.hpp>

namespace pawl::host {
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
  put(key);
  put(" = \"");
  for (const std::uint8_t byte : value) static_cast<void>(text_.append(hex_digits(byte)));
  put("\"\n");
}

void TomlWriter::user(Bytes user) {
  user_ = check_user_name(user);
  text("user", view_of(user));
}

void TomlWriter::kind(Kind kind) { text("kind", name(kind)); }
void TomlWriter::mode(Mode mode) { text("mode", name(mode)); }

FailureOr<FileText> TomlWriter::finish() {
  if (!user_.ok()) return user_.failure();
  return std::move(text_);
}

/// There is room for all fields of a user whose name can be enrolled. With a longer name the text is not used.
void TomlWriter::put(std::string_view text) { static_cast<void>(text_.append(bytes_of(text))); }

TomlReader::TomlReader(std::filesystem::path path, Bytes text, std::initializer_list<std::string_view> formats)
    : path_(std::move(path)) {
  try {
    table_ = toml::parse(view_of(text));
  } catch (const toml::parse_error& e) {
    // The description of the error may quote the file, which has secrets in it.
    fail("line " + std::to_string(e.source().begin.line) + " is not TOML");
  }
  const std::string* stated = find_text("format");
  const bool known = stated != nullptr && std::ranges::find(formats, *stated) != formats.end();
  if (!known) bad_field("format", "\"" + std::string(*formats.begin()) + "\"");
}

TomlReader::~TomlReader() {
  for (auto&& [key, node] : table_) {
    if (auto* value = node.as_string()) {
      std::string& text = value->get();
      wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    }
  }
}

std::uint32_t TomlReader::number(std::string_view key) {
  // This is not value<>(), which takes floating-point numbers too, and also converts those that fit no integer.
  const auto* value = table_[key].as_integer();
  if (value != nullptr && std::in_range<std::uint32_t>(value->get())) return static_cast<std::uint32_t>(value->get());
  bad_field(key, "a number from 0 to 4294967295");
  return 0;
}

std::uint32_t TomlReader::iterations() {
  const std::uint32_t iterations = number("iterations");
  if (iterations == 0) bad_field("iterations", "a number from 1 to 4294967295");
  return iterations;
}

void TomlReader::hex(std::string_view key, MutBytes out) {
  const std::string* digits = find_text(key);
  if (digits != nullptr && from_hex(*digits, out)) return;
  bad_field(key, std::to_string(2 * out.size()) + " lower-case hexadecimal digits");
}

std::string TomlReader::user() {
  std::string user = text("user");
  if (user.empty() || user.size() > kMaxUser) bad_field("user", "1 to 128 bytes long");
  return user;
}

Kind TomlReader::kind() {
  const auto value = named(text("kind"), {Kind::password, Kind::raw_key});
  if (!value) bad_field("kind", R"("password" or "raw_key")");
  return value.value_or(Kind::password);
}

Mode TomlReader::mode() {
  const auto value = named(text("mode"), {Mode::psk, Mode::psk_ecdhe, Mode::pake});
  if (!value) bad_field("mode", R"("pake", "psk_ecdhe" or "psk")");
  return value.value_or(Mode::psk);
}

std::string TomlReader::text(std::string_view key) {
  const std::string* text = find_text(key);
  return text != nullptr ? *text : std::string();
}

const std::string* TomlReader::find_text(std::string_view key) {
  const auto* value = table_[key].as_string();
  if (value != nullptr) return &value->get();
  bad_field(key, "a string");
  return nullptr;
}

void TomlReader::bad_field(std::string_view key, std::string_view must_be) {
  fail(std::string(key) + " must be " + std::string(must_be));
}

void TomlReader::fail(std::string_view what) {
  if (done_.ok()) done_ = Failure{.kind = Failure::Kind::file_malformed, .path = path_, .detail = std::string(what)};
}

}  // namespace pawl::host
