// SPDX-License-Identifier: Apache-2.0
/// TOML files with secrets. This is what enrolments, credentials and the enumeration key have in common.
#pragma once

#include <toml++/toml.h>

#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <pawl/host/store/private_file.hpp>
#include <pawl/wire/parameters.hpp>

namespace pawl::host {

/// Builds the text of a file. If something cannot be written, finish() says so in the end.
class TomlWriter {
 public:
  /// Begins with `comment`, which is whole lines without their "# ", and with the line that says which `format` it is.
  TomlWriter(std::string_view comment, std::string_view format);

  void text(std::string_view key, std::string_view value);
  void number(std::string_view key, std::uint32_t value);
  void hex(std::string_view key, Bytes value);
  void user(Bytes user);
  void kind(Kind kind);
  void mode(Mode mode);

  /// All that was written. Nothing more can be written then. Kind::user_name if user() was given a name that cannot be
  /// enrolled.
  FailureOr<FileText> finish();

 private:
  void put(std::string_view text);

  FileText text_;
  FailureOr<> user_{};
};

/// Reads the fields of a file. A field that is not there, or is not what it must be, reads as nothing and makes the
/// whole file worthless. done() says so, and names the first such field. So ask done() before using any field.
class TomlReader {
 public:
  /// `path` is for messages. A `text` that is no TOML, or does not say that it is of one of `formats`, is worthless.
  TomlReader(std::filesystem::path path, Bytes text, std::initializer_list<std::string_view> formats);
  TomlReader(const TomlReader&) = delete;
  TomlReader& operator=(const TomlReader&) = delete;
  /// Wipes the texts.
  ~TomlReader();

  [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }
  /// How many fields are there, the format included.
  [[nodiscard]] std::size_t size() const { return table_.size(); }
  [[nodiscard]] std::string text(std::string_view key);
  [[nodiscard]] std::uint32_t number(std::string_view key);
  /// The number "iterations", which is not 0.
  [[nodiscard]] std::uint32_t iterations();
  /// Exactly as many bytes as `out` has.
  void hex(std::string_view key, MutBytes out);
  [[nodiscard]] std::string user();
  [[nodiscard]] Kind kind();
  [[nodiscard]] Mode mode();

  /// `what` is wrong with the file. What was wrong before counts.
  void fail(std::string_view what);
  /// Kind::file_malformed if anything is wrong with it.
  [[nodiscard]] const FailureOr<>& done() const { return done_; }

 private:
  const std::string* find_text(std::string_view key);
  void bad_field(std::string_view key, std::string_view must_be);

  std::filesystem::path path_;
  toml::table table_;
  FailureOr<> done_{};
};

}  // namespace pawl::host
