// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <csignal>
#include <functional>
#include <pawl/host/net/event_loop.hpp>
#include <pawl/port/posix/descriptor.hpp>

namespace pawl::app {

/// SIGINT, SIGTERM and SIGHUP as something that a loop waits for. SIGHUP is left out if it is ignored, as under nohup.
/// A second signal ends the process at once, with ExitCode::interrupted, because whoever asks twice does not want to
/// wait. So does the first one before expect(). At most one object of it may exist. At its end the signals are as they
/// were.
class StopSignal {
 public:
  /// AppError(io) if the system is out of descriptors.
  StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;
  ~StopSignal();

  /// A loop now waits for the signal.
  static void expect();
  /// No loop does, until expect(). So the signal ends the process at once.
  static void expect_no_more();
  /// The descriptor to wait for. It is readable from the signal on.
  [[nodiscard]] int fd() const { return read_end_.get(); }
  [[nodiscard]] static bool came();

 private:
  static constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};

  Descriptor read_end_;
  Descriptor write_end_;
  std::array<struct sigaction, kSignals.size()> old_actions_{};
};

/// Calls a function once the signal has come.
class OnStop final : private host::EventLoop::Handler {
 public:
  /// All outlive it.
  OnStop(host::EventLoop& loop, const StopSignal& signal, std::function<void()> act);

 private:
  void on_ready(Instant now) override;

  std::function<void()> act_;
  host::EventLoop::Watch watch_;
};

}  // namespace pawl::app
