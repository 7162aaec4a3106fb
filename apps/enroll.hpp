// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <pawl/base/config.hpp>
#include <string>

#include "exit_code.hpp"
#include "reporter.hpp"

namespace pawl::app {

struct EnrollOptions {
  std::string user;
  std::string records = "records";
  /// None: named after the user, in the working directory.
  std::optional<std::string> credential;
  /// None: pake with a password, psk_ecdhe with a raw key.
  std::optional<std::string> mode;
  std::uint32_t iterations = Config::kIterationsFloor;
  /// None: the terminal is asked.
  std::optional<std::string> password_file;
  bool raw_key = false;
};

/// Makes a user: a record for the server and a credential for the client. Throws AppError.
ExitCode enroll(const EnrollOptions& options, Reporter& reporter);

}  // namespace pawl::app
