// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <pawl/wire/parameters.hpp>
#include <string>

#include "console/exit_code.hpp"
#include "console/reporter.hpp"
#include "line_options.hpp"
#include "nstp_options.hpp"

namespace pawl::app {

struct ConnectOptions {
  /// This or a serial line.
  std::optional<std::string> server;
  bool udp = false;
  LineOptions line;
  /// This or `user`.
  std::optional<std::string> credential;
  std::string user;
  Mode mode = Mode::pake;
  /// None: the terminal is asked.
  std::optional<std::string> password_file;
  /// None: standard input, a message a line.
  std::optional<std::string> file;
  std::uint64_t count = 0;
  std::uint16_t idle = 120;
  /// Whether a server that is busy gets no other try when it says.
  bool no_wait = false;
  NstpOptions nstp;
};

/// Talks to a server until the input ends and every reply came. Throws AppError.
ExitCode connect(const ConnectOptions& options, Reporter& reporter);

}  // namespace pawl::app
