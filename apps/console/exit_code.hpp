// SPDX-License-Identifier: Apache-2.0
/// How the program ends, for scripts. `pawl --help` and the manual pages list these numbers, and they never change
/// their meaning.
#pragma once

#include <pawl/base/result.hpp>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pawl::app {

enum class ExitCode : int {
  ok = 0,
  internal = 1,         ///< A fault of the program itself.
  usage = 2,            ///< Wrong arguments or input.
  authentication = 3,   ///< Wrong password, key or user, or a credential that no longer fits.
  timeout = 4,          ///< The peer was silent for too long.
  connection_lost = 5,  ///< No connection, or it ended before everything was confirmed.
  truncated = 6,        ///< The stream of an open session ended without a close.
  tampered = 7,         ///< Bytes of an open session were altered.
  busy = 8,             ///< The peer is busy, or a limit is reached.
  io = 9,               ///< A file, a directory, standard output or the system's random source failed.
  port_in_use = 10,     ///< The address to listen on is taken.
  protocol = 11,        ///< The peer does not speak this version of Pawl.
  interrupted = 130,    ///< Ctrl-C or another signal ended it.
};

/// What an exit code says, for those who read a list of them.
struct ExitCodeMeaning {
  ExitCode code;
  std::string_view text;
};

/// All of them, the smallest number first.
std::span<const ExitCodeMeaning> exit_code_meanings();

/// The exit code of a session that ended with `error`. It is ExitCode::ok for Error::none.
ExitCode exit_code(Error error);

/// One or two sentences for people, which say what was wrong and what to do.
std::string_view describe(Error error);

/// The name of the enumerator, a stable word for --json.
std::string_view name(Error error);

/// What makes a command give up. what() says what was wrong and what to do, in text that is safe to print.
class AppError : public std::runtime_error {
 public:
  AppError(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  [[nodiscard]] ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// Throws AppError with the exit code and the description of `status` unless it is ok.
void require(Status status);

}  // namespace pawl::app
