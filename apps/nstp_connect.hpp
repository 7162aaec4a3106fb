// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "connect.hpp"
#include "nstp_options.hpp"

namespace pawl::app {

struct NstpConnectOptions {
  /// HOST or HOST:PORT.
  std::string server;
  std::string user;
  std::optional<std::string> password_file;
  /// Messages to send; the published client sends five.
  std::uint64_t count = 5;
  std::uint16_t idle = 120;
  NstpOptions nstp;
};

/// Talks to a server of NSTP as the published client does: messages half a second apart, each answered by "Server
/// received: " and itself, which is checked. Throws AppError.
ExitCode connect_nstp(const NstpConnectOptions& options, Reporter& reporter);

}  // namespace pawl::app
