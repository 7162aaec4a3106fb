// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/nstp/key_schedule.hpp>

#include "exit_code.hpp"
#include "nstp_options.hpp"
#include "password.hpp"

namespace pawl::app {

/// Derives `psk` from `password` (NSTP.md 2) and shows a progress bar meanwhile; takes about a second.
void derive_nstp_psk(const Reporter& reporter, const NstpOptions& options, Bytes user, const Password& password,
                     nstp::Psk& psk);

struct NstpEnrollOptions {
  std::string user;
  std::string records;
  std::optional<std::string> password_file;
  NstpOptions nstp;
};

/// Makes a user of `pawl serve --nstp`: a record with the derived key. The client has nothing but the password. Throws
/// AppError.
ExitCode enroll_nstp(const NstpEnrollOptions& options, Reporter& reporter);

}  // namespace pawl::app
