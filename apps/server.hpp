// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <pawl/port/posix/clock.hpp>
#include <vector>

#include "connection.hpp"
#include "exit_code.hpp"
#include "refusals.hpp"
#include "stop_signal.hpp"

namespace pawl::app {

/// Why a server cannot listen on an address, as people wrote it.
AppError cannot_listen(const std::string& text, std::error_code error);

/// Listens on HOST:PORT or PORT. AppError: usage for an address that cannot be listened on, port_in_use, io.
TcpListener listen_on(const std::string& text);

/// Raises the limit of open files to `wanted`, if it is lower; false if the system does not allow that.
bool raise_descriptor_limit(std::uint64_t wanted);

/// The server over TCP: one poll loop over all connections, a fixed number of places for them, and limits, so that
/// nobody's trouble is everybody's.
class Server {
 public:
  using Options = ServeOptions;

  /// Listens already. AppError: usage for an address that cannot be listened on, port_in_use, io for files and the
  /// system's limits.
  Server(const Options& options, Reporter& reporter);

  /// Serves until a signal comes, then closes the sessions in good order. AppError(io) if reports can no longer be
  /// written.
  ExitCode run();

 private:
  struct Slot {
    std::optional<Connection> connection;
    /// In polls_.
    std::size_t place = 0;
  };

  void wait();
  void accept_some();
  void take_in(TcpConnection&& accepted, Instant now);
  void step_connections();
  void step(Slot& slot);
  void release(Slot& slot);
  void limit_sessions(const Connection& newcomer);
  void begin_stop();
  [[nodiscard]] bool stopped();

  Reporter& reporter_;
  MonotonicClock clock_;
  StopSignal stop_signal_;
  ServerContext context_;
  std::optional<TcpListener> listener_;
  /// All places, made at the start: memory is bounded from then on.
  std::vector<Slot> slots_;
  std::vector<Slot*> free_;
  Refusals refusals_;
  PollSet polls_;
  /// In polls_.
  std::size_t listener_place_ = 0;
  /// The system has no descriptor for another connection: nobody is accepted until this moment or until one closes.
  std::optional<Instant> accept_again_;
  std::optional<Instant> stop_by_;
};

}  // namespace pawl::app
