// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <pawl/port/posix/descriptor.hpp>
#include <string>

#include "exit_code.hpp"
#include "reply_output.hpp"
#include "reporter.hpp"

namespace pawl::app {

struct ConnectOptions {
  /// This or `serial`.
  std::optional<std::string> server;
  bool udp = false;
  std::optional<std::string> serial;
  /// This or `user`.
  std::optional<std::string> credential;
  std::string user;
  std::string mode = "pake";
  /// None: the terminal is asked.
  std::optional<std::string> password_file;
  /// None: standard input, a message a line.
  std::optional<std::string> file;
  std::uint64_t count = 0;
  std::uint16_t idle = 120;
  /// Whether a server that is busy gets no other try when it says.
  bool no_wait = false;
};

/// Where replies go: events with --json, else text.
std::unique_ptr<ReplyOutput> make_output(Reporter& reporter);

/// Connects to `server`, HOST:PORT. AppError: timeout, connection_lost, usage.
Descriptor dial(const std::string& server, Reporter& reporter);

/// Talks to a server until the input ends and every reply came. Throws AppError.
ExitCode connect(const ConnectOptions& options, Reporter& reporter);

}  // namespace pawl::app
