// SPDX-License-Identifier: Apache-2.0
/// A TOML file in which somebody says how a program is to run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pawl/base/bytes.hpp>
#include <pawl/host/base/failure.hpp>

namespace pawl::host {

/// Reads the values of such a file. A key is "name", or "table.name" for one in a table. All keys are optional. What is
/// wrong with the file is kept until done(), which tells of its first line that is wrong. So ask done() before using
/// anything. There are no secrets in such a file, and what it says may be quoted.
class ConfigFile {
 public:
  /// A file that is larger is none of ours.
  static constexpr std::size_t kMost = 65'536;

  /// What a number may be.
  struct Range {
    std::uint32_t least = 0;
    std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
    /// Whether it may be 0 all the same, for "never" or "no limit".
    bool or_zero = false;
  };

  /// Kind::file_read, Kind::file_unfit if it is no regular file or too large, or Kind::config if it is not TOML.
  static FailureOr<ConfigFile> read(const std::filesystem::path& path);
  /// The same of a text. `path` is for messages.
  static FailureOr<ConfigFile> parse(std::filesystem::path path, Bytes text);
  ConfigFile(ConfigFile&& other) noexcept;
  ConfigFile& operator=(ConfigFile&&) = delete;
  ConfigFile(const ConfigFile&) = delete;
  ConfigFile& operator=(const ConfigFile&) = delete;
  ~ConfigFile();

  /// Whether the file has this key.
  [[nodiscard]] bool has(std::string_view key) const;
  // The value of `key`. None if the file does not have it, or if it is not what it must be.
  std::optional<std::uint32_t> number(std::string_view key, const Range& range);
  std::optional<std::string> text(std::string_view key);
  std::optional<std::vector<std::string>> texts(std::string_view key);
  std::optional<bool> flag(std::string_view key);

  /// The value of `key`, which the file has, is wrong, as `what` says.
  void fail(std::string_view key, const std::string& what);
  /// Kind::config if anything is wrong with the file, or if it has a key that nobody has asked for.
  [[nodiscard]] FailureOr<> done();

 private:
  struct Content;

  explicit ConfigFile(std::unique_ptr<Content> content);

  std::unique_ptr<Content> content_;
};

}  // namespace pawl::host
