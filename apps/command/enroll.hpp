// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <pawl/base/config.hpp>
#include <pawl/wire/parameters.hpp>
#include <string>

#include "console/exit_code.hpp"
#include "console/reporter.hpp"
#include "nstp_options.hpp"

namespace pawl::app {

struct EnrollOptions {
  std::string user;
  std::string records = "records";
  /// None: named after the user, in the working directory.
  std::optional<std::string> credential;
  /// None: pake with a password, psk_ecdhe with a raw key.
  std::optional<Mode> mode;
  std::uint32_t iterations = Config::kIterationsFloor;
  /// None: the terminal is asked.
  std::optional<std::string> password_file;
  bool raw_key = false;
};

/// Makes a user: an enrolment for the server and a credential for the client. Throws AppError.
ExitCode enroll(const EnrollOptions& options, Reporter& reporter);

/// Makes a user of `pawl serve --nstp`: an enrolment with the derived key. The client has nothing but the password.
/// Throws AppError.
ExitCode enroll_nstp(const EnrollOptions& options, const NstpOptions& nstp, Reporter& reporter);

}  // namespace pawl::app
