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
  /// Either this or a serial line is given.
  std::optional<std::string> server;
  bool udp = false;
  LineOptions line;
  /// Either this or `user` is given.
  std::optional<std::string> credential;
  std::string user;
  Mode mode = Mode::pake;
  /// If there is none, the terminal is asked.
  std::optional<std::string> password_file;
  /// Where the ticket is kept, if it is kept.
  std::optional<std::string> ticket;
  /// If there is none, each line of standard input is a message.
  std::optional<std::string> file;
  std::uint64_t count = 0;
  /// Where connections come in that are to be carried to the server. Then there are no messages.
  std::optional<std::string> listen;
  std::uint16_t idle = 120;
  /// Whether a busy server is not tried again at the time that it names.
  bool no_wait = false;
  /// Whether a server that cannot be reached, or whose session was lost, is tried again until all is done.
  bool retry = false;
  /// Where lines are kept until the server has acknowledged them. If there is none, they are not.
  std::optional<std::string> outbox;
  NstpOptions nstp;
};

/// Talks to a server until the input ends and every reply came. Throws AppError.
ExitCode connect(const ConnectOptions& options, Reporter& reporter);

}  // namespace pawl::app
