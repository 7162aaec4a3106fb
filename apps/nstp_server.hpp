// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <pawl/port/posix/clock.hpp>
#include <pawl/port/posix/random.hpp>
#include <string>
#include <vector>

#include "exit_code.hpp"
#include "nstp_connection.hpp"
#include "nstp_options.hpp"
#include "poll_set.hpp"
#include "stop_signal.hpp"

namespace pawl::app {

/// The server of NSTP: one poll loop over all connections, a fixed number of places for them, and the limits on
/// unfinished handshakes and on guesses that the server of version 2 has.
class NstpServer {
 public:
  struct Options {
    std::string listen = std::to_string(kNstpPort);
    std::filesystem::path records = "records";
    std::size_t max_sessions = 1024;
    /// Seconds; 0 for none.
    std::uint16_t idle = 120;
    NstpOptions nstp;
  };

  /// Listens already. AppError as Server.
  NstpServer(const Options& options, Reporter& reporter);

  /// Serves until a signal comes. AppError(io) if reports can no longer be written.
  ExitCode run();

 private:
  struct Slot {
    std::optional<NstpConnection> connection;
    /// In polls_.
    std::size_t place = 0;
  };

  void wait();
  void accept_some();
  void take_in(TcpConnection&& accepted);
  void step(Slot& slot);
  void stop();

  Reporter& reporter_;
  MonotonicClock clock_;
  SystemRandom random_;
  StopSignal stop_signal_;
  NstpRecordStore records_;
  nstp::ServerSettings settings_;
  TcpListener listener_;
  NstpServerContext context_;
  std::vector<Slot> slots_;
  std::vector<Slot*> free_;
  PollSet polls_;
  /// In polls_.
  std::size_t listener_place_ = 0;
  /// The system has no descriptor for another connection: nobody is accepted until this moment or until one closes.
  std::optional<Instant> accept_again_;
};

}  // namespace pawl::app
