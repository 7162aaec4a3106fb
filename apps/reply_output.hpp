// SPDX-License-Identifier: Apache-2.0
/// Where the client's replies go: standard output, without ever holding up the session.
#pragma once

#include <memory>
#include <pawl/base/bytes.hpp>
#include <string>

#include "reporter.hpp"

namespace pawl::app {

class ReplyOutput {
 public:
  ReplyOutput() = default;
  ReplyOutput(const ReplyOutput&) = delete;
  ReplyOutput& operator=(const ReplyOutput&) = delete;
  virtual ~ReplyOutput() = default;

  /// Takes the next fragment of a reply, which `last` ends. Not while busy(). AppError(io) as flush().
  virtual void take(Bytes fragment, bool last) = 0;
  /// The reply begun will not be ended.
  virtual void cut() = 0;
  /// Writes what standard output takes now. AppError(io) if it is closed or full; then the rest is dropped, and so is
  /// all that comes.
  virtual void flush() = 0;
  /// Whether to wait, until poll() finds standard output writable, and flush() then, before the next take().
  [[nodiscard]] virtual bool busy() const = 0;
};

/// Each reply as it came, and a line end.
class TextOutput final : public ReplyOutput {
 public:
  void take(Bytes fragment, bool last) override;
  void cut() override;
  void flush() override;
  [[nodiscard]] bool busy() const override { return !pending_.empty(); }

 private:
  std::string pending_;
  bool failed_ = false;
};

/// Each reply as an event "message", with the field "text", or "hex" if it is not UTF-8. A reply of over a mebibyte is
/// several events, all but the last of them with "last": false.
class JsonOutput final : public ReplyOutput {
 public:
  /// The reporter outlives it.
  explicit JsonOutput(Reporter& reporter) : reporter_(reporter) {}

  void take(Bytes fragment, bool last) override;
  void cut() override;
  void flush() override;
  [[nodiscard]] bool busy() const override { return busy_; }

 private:
  void report(bool last);

  Reporter& reporter_;
  std::string message_;
  bool busy_ = false;
};

}  // namespace pawl::app
