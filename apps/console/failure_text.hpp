// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/host/base/failure.hpp>
#include <utility>

#include "exit_code.hpp"

namespace pawl::app {

/// What a failure of the library means for the program. It is one or two sentences that say what was wrong and what to
/// do, and how the program ends.
AppError explain(const host::Failure& failure);

/// "Cannot <verb> <path>: <reason>. <What to do>.", right after the call that set errno.
AppError file_error(std::string_view verb, const std::filesystem::path& path);

/// The value. Throws AppError if there is a failure instead.
template <class T>
T require(host::FailureOr<T> result) {
  if (!result.ok()) throw explain(result.failure());
  if constexpr (!std::is_void_v<T>) return std::move(result.value());
}

}  // namespace pawl::app
