// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <functional>
#include <pawl/host/net/event_loop.hpp>

#include "signal_pipe.hpp"

namespace pawl::app {

/// SIGHUP as a wish to read the configuration again. It calls a function from the loop, once for all that came since
/// the last call. At most one object of it may exist. At its end the signal is as it was.
class ReloadSignal final : private host::EventLoop::Handler {
 public:
  /// The loop outlives it. AppError(io) if the system is out of descriptors.
  ReloadSignal(host::EventLoop& loop, std::function<void()> act);
  ReloadSignal(const ReloadSignal&) = delete;
  ReloadSignal& operator=(const ReloadSignal&) = delete;
  ~ReloadSignal();

 private:
  void on_ready(Instant now) override;

  std::function<void()> act_;
  SignalPipe pipe_;
  struct sigaction old_action_ {};
  host::EventLoop::Watch watch_;
};

}  // namespace pawl::app
