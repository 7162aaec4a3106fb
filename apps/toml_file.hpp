// SPDX-License-Identifier: Apache-2.0
/// TOML files with secrets: what records, credentials and the enumeration key have in common.
#pragma once

#include <toml++/toml.h>
#include <filesystem>
#include <pawl/wire/parameters.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "atomic_file.hpp"
#include "exit_code.hpp"

namespace pawl::app {

/// Builds the text of a file.
class TomlWriter {
 public:
  /// Begins with `comment`, whole lines without their "# ", and the line that says which `format` it is.
  TomlWriter(std::string_view comment, std::string_view format);

  void text(std::string_view key, std::string_view value);
  void number(std::string_view key, std::uint32_t value);
  void hex(std::string_view key, Bytes value);
  void user(Bytes user);
  void kind(Kind kind);
  void mode(Mode mode);

  /// All that was written; nothing more can be.
  FileText finish() { return std::move(text_); }

 private:
  void put(std::string_view text);

  FileText text_;
};

/// Reads the fields of a file. Every member throws AppError(io), naming file and field, if the field is not there or is
/// not what it must be.
class TomlReader {
 public:
  /// `path` is for messages, and must outlive this object. AppError(io) if `text` is not TOML or does not say that it
  /// is `format`.
  TomlReader(const std::filesystem::path& path, Bytes text, std::string_view format);
  TomlReader(const TomlReader&) = delete;
  TomlReader& operator=(const TomlReader&) = delete;
  /// Wipes the texts.
  ~TomlReader();

  [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }
  /// Fields that are there, the format included.
  [[nodiscard]] std::size_t size() const { return table_.size(); }
  [[nodiscard]] const std::string& text(std::string_view key) const;
  [[nodiscard]] std::uint32_t number(std::string_view key) const;
  /// The number "iterations", which is not 0.
  [[nodiscard]] std::uint32_t iterations() const;
  /// Exactly as many bytes as `out` has.
  void hex(std::string_view key, MutBytes out) const;
  [[nodiscard]] std::string user() const;
  [[nodiscard]] Kind kind() const;
  [[nodiscard]] Mode mode() const;

  /// The error for: `what` is wrong with the file.
  [[nodiscard]] AppError error(std::string_view what) const;

 private:
  [[nodiscard]] AppError bad_field(std::string_view key, std::string_view must_be) const;

  const std::filesystem::path& path_;
  toml::table table_;
};

}  // namespace pawl::app
