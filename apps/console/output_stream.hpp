// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <pawl/base/time.hpp>
#include <pawl/port/posix/descriptor.hpp>
#include <string>
#include <string_view>
#include <system_error>

namespace pawl::app {

/// Standard output or standard error, without ever waiting for whoever reads it, such as a terminal that was stopped or
/// a pipe whose reader sleeps. What cannot be written yet is kept, up to a limit. What is beyond that is lost, and
/// counted.
class OutputStream {
 public:
  /// What is kept at most.
  static constexpr std::size_t kMost = std::size_t{4} << 20U;

  /// `fd` outlives it.
  explicit OutputStream(int fd);

  /// Writes all of `line`, sooner or later, or nothing of it. False if nothing.
  bool write(std::string_view line);
  /// Goes on with what is kept, as far as that goes now.
  void flush();
  /// Waits until all is written or nothing more can be, for `patience` at most. What is left then is lost.
  void finish(std::optional<Duration> patience);

  /// Whether something is kept.
  [[nodiscard]] bool pending() const { return !pending_.empty(); }
  /// The descriptor to wait for until it is writable.
  [[nodiscard]] int fd() const { return own_.valid() ? own_.get() : fd_; }
  /// Lines that were lost since the last call of forget_lost().
  [[nodiscard]] std::uint64_t lost() const { return lost_; }
  void forget_lost() { lost_ = 0; }
  /// Why nothing more can be written. None while it can.
  [[nodiscard]] const std::error_code& error() const { return error_; }

 private:
  int fd_;
  /// The same terminal, opened once more, because writing to it without waiting must not change it for others.
  Descriptor own_;
  std::string pending_;
  std::uint64_t lost_ = 0;
  std::error_code error_;
};

}  // namespace pawl::app
