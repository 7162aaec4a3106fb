// SPDX-License-Identifier: Apache-2.0
/// Errors of the operating system as values. They keep their number, so that a program can tell people what was wrong.
#pragma once

#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

namespace pawl {

/// A T, or the error because of which there is none. value() may be called only if ok().
template <class T>
class [[nodiscard]] PosixResult {
 public:
  PosixResult(T value) : value_(std::move(value)) {}     // NOLINT(google-explicit-constructor): `return value;`
  PosixResult(std::error_code error) : error_(error) {}  // NOLINT(google-explicit-constructor): `return error;`

  [[nodiscard]] bool ok() const { return value_.has_value(); }
  /// Compare it with std::errc to tell one from another. error().message() is for people.
  [[nodiscard]] std::error_code error() const { return error_; }
  /// The value, to look at or to move away.
  [[nodiscard]] T& value() { return *value_; }

 private:
  std::optional<T> value_;
  std::error_code error_;
};

/// errno, right after the call that set it.
inline std::error_code last_error() { return {errno, std::generic_category()}; }

}  // namespace pawl
