// SPDX-License-Identifier: Apache-2.0
#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <utility>

#include <pawl/host/base/text.hpp>
#include <pawl/host/store/config_file.hpp>
#include <pawl/host/store/private_file.hpp>

namespace pawl::host {
namespace {

Failure wrong_line(const std::filesystem::path& path, std::uint32_t line, const std::string& what) {
  return {.kind = Failure::Kind::config, .path = path, .detail = "line " + std::to_string(line) + ": " + what};
}

/// The part of a key before its name. It is "limits." for "limits.hellos".
std::string_view table_of(std::string_view key) {
  const std::size_t dot = key.rfind('.');
  return key.substr(0, dot == std::string_view::npos ? 0 : dot + 1);
}

/// Whether a system call takes all of it.
bool has_no_nul(const std::string& text) { return text.find('\0') == std::string::npos; }

std::string allowed(const ConfigFile::Range& range) {
  return (range.or_zero ? "0, or a number from " : "a number from ") + std::to_string(range.least) + " to " +
         std::to_string(range.most);
}

bool within(std::int64_t number, const ConfigFile::Range& range) {
  return (number >= range.least && number <= range.most) || (range.or_zero && number == 0);
}

FailureOr<std::string> text_of(const std::filesystem::path& path) {
  const auto file = open_regular_file(path);
  if (!file.ok()) return file.failure();
  std::string text(ConfigFile::kMost + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(file.value().get(), text.data() + size, text.size() - size);
    if (got < 0) return file_failure(Failure::Kind::file_read, path);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > ConfigFile::kMost) {
    return Failure{.kind = Failure::Kind::file_unfit, .path = path, .detail = "it is larger than 64 KiB"};
  }
  text.resize(size);
  return text;
}

}  // namespace

struct ConfigFile::Content {
  std::filesystem::path path;
  toml::table table{};
  /// All keys that were asked for.
  std::set<std::string, std::less<>> known{};
  /// The first line that is wrong, and why.
  std::uint32_t line = 0;
  std::string what{};

  const toml::node* find(std::string_view key) {
    known.emplace(key);
    return table.at_path(key).node();
  }
  void fail(const toml::node& node, const std::string& why) {
    const std::uint32_t at = node.source().begin.line;
    if (!what.empty() && line <= at) return;
    line = at;
    what = why;
  }
  void bad(const toml::node& node, std::string_view key, const std::string& must_be) {
    fail(node, std::string(key) + " must be " + must_be);
  }
  /// Finds the keys of `part` that nobody has asked for. `prefix` is how keys in it begin.
  void find_unknown(const toml::table& part, const std::string& prefix) {
    for (auto&& [name, node] : part) {
      const std::string key = prefix + std::string(name.str());
      // A dot inside a quoted name is none between a table and a name.
      const bool own = name.str().find('.') == std::string_view::npos;
      if (own && is_table(key + ".")) {
        const toml::table* inner = node.as_table();
        inner != nullptr ? find_unknown(*inner, key + ".") : bad(node, key, "a table");
      } else if (!own || !known.contains(key)) {
        fail(node, unknown(key, prefix));
      }
    }
  }
  [[nodiscard]] bool is_table(std::string_view prefix) const {
    const auto next = known.lower_bound(prefix);
    return next != known.end() && next->starts_with(prefix);
  }
  /// What is said of a key that is unknown, with those that there are in its table.
  [[nodiscard]] std::string unknown(const std::string& key, const std::string& prefix) const {
    std::string text = "there is no key " + printable(bytes_of(key)) + ". There are";
    const char* before = " ";
    for (const std::string& each : known) {
      if (table_of(each) != prefix) continue;
      text += before + each.substr(prefix.size());
      before = ", ";
    }
    return text;
  }
};

ConfigFile::ConfigFile(std::unique_ptr<Content> content) : content_(std::move(content)) {}
ConfigFile::ConfigFile(ConfigFile&& other) noexcept = default;
ConfigFile::~ConfigFile() = default;

FailureOr<ConfigFile> ConfigFile::read(const std::filesystem::path& path) {
  const auto text = text_of(path);
  if (!text.ok()) return text.failure();
  return parse(path, bytes_of(text.value()));
}

FailureOr<ConfigFile> ConfigFile::parse(std::filesystem::path path, Bytes text) {
  const std::string_view view(reinterpret_cast<const char*>(text.data()), text.size());
  auto content = std::make_unique<Content>(Content{.path = std::move(path)});
  try {
    content->table = toml::parse(view);
  } catch (const toml::parse_error& e) {
    return wrong_line(content->path, e.source().begin.line,
                      "it is not TOML: " + printable(bytes_of(std::string(e.description()))));
  }
  return ConfigFile(std::move(content));
}

bool ConfigFile::has(std::string_view key) const { return content_->find(key) != nullptr; }

std::optional<std::uint32_t> ConfigFile::number(std::string_view key, const Range& range) {
  const toml::node* node = content_->find(key);
  if (node == nullptr) return std::nullopt;
  const auto* value = node->as_integer();
  if (value != nullptr && within(value->get(), range)) return static_cast<std::uint32_t>(value->get());
  content_->bad(*node, key, allowed(range));
  return std::nullopt;
}

std::optional<std::string> ConfigFile::text(std::string_view key) {
  const toml::node* node = content_->find(key);
  if (node == nullptr) return std::nullopt;
  const auto* value = node->as_string();
  if (value != nullptr && !value->get().empty() && has_no_nul(value->get())) return value->get();
  content_->bad(*node, key, "a string, such as \"...\", that is not empty");
  return std::nullopt;
}

std::optional<std::vector<std::string>> ConfigFile::texts(std::string_view key) {
  const toml::node* node = content_->find(key);
  if (node == nullptr) return std::nullopt;
  const auto* array = node->as_array();
  const auto fits = [](const toml::node& each) { return each.is_string() && has_no_nul(each.as_string()->get()); };
  if (array == nullptr || !std::all_of(array->begin(), array->end(), fits)) {
    content_->bad(*node, key, R"(a list of strings, such as ["...", "..."])");
    return std::nullopt;
  }
  std::vector<std::string> values;
  values.reserve(array->size());
  for (const toml::node& each : *array) values.push_back(each.as_string()->get());
  return values;
}

std::optional<bool> ConfigFile::flag(std::string_view key) {
  const toml::node* node = content_->find(key);
  if (node == nullptr) return std::nullopt;
  const auto* value = node->as_boolean();
  if (value != nullptr) return value->get();
  content_->bad(*node, key, "true or false");
  return std::nullopt;
}

void ConfigFile::fail(std::string_view key, const std::string& what) {
  const toml::node* node = content_->find(key);
  if (node != nullptr) content_->fail(*node, std::string(key) + ": " + what);
}

FailureOr<> ConfigFile::done() {
  content_->find_unknown(content_->table, "");
  if (content_->what.empty()) return {};
  return wrong_line(content_->path, content_->line, content_->what);
}

}  // namespace pawl::host
