// SPDX-License-Identifier: Apache-2.0
/// How the parsers of the host library refuse.
#pragma once

#include <pawl/host/base/failure.hpp>
#include <pawl/host/base/text.hpp>

#include "tests/fuzz/input.hpp"

namespace pawl::test {

/// Whether `result` is a success; a failure must be one of `kind`, with words that are safe to print.
template <class T>
bool accepted(host::Failure::Kind kind, const host::FailureOr<T>& result) {
  if (result.ok()) return true;
  require(result.failure().kind == kind, "the failure is of the documented kind");
  require(host::is_plain_text(host::bytes_of(result.failure().detail)), "its words are safe to print");
  return false;
}

}  // namespace pawl::test
