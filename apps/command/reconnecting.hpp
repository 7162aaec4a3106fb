// SPDX-License-Identifier: Apache-2.0
/// What a client does between two attempts to talk to its server.
#pragma once

#include <pawl/host/client/client.hpp>
#include <pawl/host/net/event_loop.hpp>
#include <pawl/port/backoff.hpp>

#include "connect.hpp"
#include "console/stop_signal.hpp"

namespace pawl::app {

/// Waits for `duration`. AppError(interrupted) if the signal comes first.
void pause(host::EventLoop& loop, const StopSignal& signal, Duration duration);

/// Decides whether there is another attempt after one that failed, and waits for its time. A server that says when it
/// has time is asked again then. With --retry so is one that cannot be reached or whose session was lost.
class Patience {
 public:
  /// All of it outlives it. `input` is what is read while it waits, or null.
  Patience(const ConnectOptions& options, Reporter& reporter, host::EventLoop& loop, const StopSignal& signal,
           Random& random, host::MessageSource* input);

  /// An attempt has ended with `error`, and `outcome` is what is known of its session. True, after the wait, if there
  /// is to be another. AppError if the wait was interrupted or the input failed.
  bool wait_after(const AppError& error, const host::Client::Outcome& outcome);

 private:
  [[nodiscard]] bool hopes(const AppError& error, const host::Client::Outcome& outcome) const;

  const ConnectOptions& options_;
  Reporter& reporter_;
  host::EventLoop& loop_;
  const StopSignal& signal_;
  Random& random_;
  host::MessageSource* input_;
  Backoff backoff_;
  /// In all.
  Duration waited_;
};

}  // namespace pawl::app
