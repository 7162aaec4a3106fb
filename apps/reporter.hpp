// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "text.hpp"

namespace pawl::app {

/// Says what happens: in lines for people on standard error; or with --json on standard output, one object a line,
/// {"event": "...", ...}. Untrusted text goes through printable() first; secrets are given to it by nobody.
class Reporter {
 public:
  struct Options {
    bool json = false;
    bool verbose = false;
  };

  struct Field {
    std::string_view name;
    std::variant<bool, std::uint64_t, std::string_view> value;
  };
  using Fields = std::initializer_list<Field>;

  explicit Reporter(const Options& options);

  /// For machines `name` with `fields`; for people `human_text`, nothing if that is empty.
  /// Throws AppError(io) if standard output takes no more.
  void event(std::string_view name, Fields fields, const std::string& human_text);
  /// Something the user should change; event "warning", field "text". Throws as event().
  void warn(const std::string& text);
  /// The same for what comes again whenever somebody connects: once, later only with --verbose. So is all that is new
  /// after a thousand different ones.
  void warn_once(const std::string& text);
  /// Only with --verbose; event "verbose", field "text". Throws as event().
  void verbose(const std::string& text);
  /// Why the command gives up; event "error", field "text". Goes to standard error if standard output takes no more.
  void error(const std::string& text);

  /// Whether standard output belongs to --json, and takes nothing but events.
  [[nodiscard]] bool json() const { return options_.json; }
  /// Whether progress bars are drawn: standard error is a terminal, and people read it.
  [[nodiscard]] bool shows_progress() const { return !options_.json && terminal_; }

 private:
  /// A line for people, its first word in colour if there are any.
  void print(std::string_view label, std::string_view colour, const std::string& text) const;

  static constexpr std::size_t kMaxWarnings = 1000;

  Options options_;
  std::set<std::string> warnings_;
  bool terminal_;
  bool colour_;
};

}  // namespace pawl::app
