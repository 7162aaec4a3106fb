// SPDX-License-Identifier: Apache-2.0
/// How the parsers of the program refuse.
#pragma once

#include "apps/exit_code.hpp"
#include "apps/text.hpp"
#include "tests/fuzz/input.hpp"

namespace pawl::test {

/// Whether `act` succeeds; what it throws must be an AppError with `code` and a text that is safe to print.
template <class Act>
bool accepted(app::ExitCode code, const Act& act) {
  try {
    act();
    return true;
  } catch (const app::AppError& error) {
    require(error.code() == code, "the exit code is the documented one");
    require(app::is_plain_text(app::bytes_of(error.what())), "a message is safe to print");
    return false;
  }
}

}  // namespace pawl::test
