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
  /// If there is none, it is named after the user, in the working directory.
  std::optional<std::string> credential;
  /// If there is none, it is pake with a password, and psk_ecdhe with a raw key.
  std::optional<Mode> mode;
  std::uint32_t iterations = Config::kIterationsFloor;
  /// If there is none, the terminal is asked.
  std::optional<std::string> password_file;
  bool raw_key = false;
};

/// Makes a user, with an enrolment for the server and a credential for the client. Throws AppError.
ExitCode enroll(const EnrollOptions& options, Reporter& reporter);

/// Makes a user of `pawl serve --nstp`, with an enrolment that holds the derived key. The client has nothing but the
/// password. Throws AppError.
ExitCode enroll_nstp(const EnrollOptions& options, const NstpOptions& nstp, Reporter& reporter);

}  // namespace pawl::app
