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
#include "users_option.hpp"

namespace pawl::app {

/// What is to become of a user.
enum class Enrolling {
  anew,         ///< By pawl enroll, whether there is one or not. The client gets a credential.
  as_new,       ///< By pawl user add. There must be none.
  by_password,  ///< By pawl user passwd. There must be one with a password, who gets another.
};

struct EnrollOptions {
  Enrolling enrolling = Enrolling::anew;
  std::string user;
  UsersOption users;
  /// If there is none, it is named after the user, in the working directory. Where the user has a password it is
  /// written only if it has a name or Enrolling is anew.
  std::optional<std::string> credential;
  /// If there is none, it is pake with a password, psk_ecdhe with a raw key, or what the user had.
  std::optional<Mode> mode;
  std::uint32_t iterations = Config::kIterationsFloor;
  /// If there is none, the terminal is asked.
  std::optional<std::string> password_file;
  bool raw_key = false;
};

/// Makes or changes a user, with an enrolment for the server and a credential for the client. Throws AppError.
ExitCode enroll(const EnrollOptions& options, Reporter& reporter);

/// Makes a user of `pawl serve --nstp`, with an enrolment that holds the derived key. The client has nothing but the
/// password. Throws AppError.
ExitCode enroll_nstp(const EnrollOptions& options, const NstpOptions& nstp, Reporter& reporter);

}  // namespace pawl::app
