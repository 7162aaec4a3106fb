// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <csignal>
#include <cstdint>
#include <functional>
#include <pawl/host/net/event_loop.hpp>
#include <span>

#include "signal_pipe.hpp"

namespace pawl::app {

/// SIGINT, SIGTERM and SIGHUP as something that a loop waits for. SIGHUP is left out if it is ignored, as under nohup,
/// or if it means something else.
/// A second signal ends the process at once, with ExitCode::interrupted, because whoever asks twice does not want to
/// wait. So does the first one before expect(). At most one object of it may exist. At its end the signals are as they
/// were.
class StopSignal {
 public:
  /// What SIGHUP means.
  enum class Hangup : std::uint8_t { stop, something_else };

  /// AppError(io) if the system is out of descriptors.
  explicit StopSignal(Hangup hangup = Hangup::stop);
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;
  ~StopSignal();

  /// A loop now waits for the signal.
  static void expect();
  /// No loop does, until expect(). So the signal ends the process at once.
  static void expect_no_more();
  /// The descriptor to wait for. It is readable from the signal on.
  [[nodiscard]] int fd() const { return pipe_.fd(); }
  [[nodiscard]] static bool came();

 private:
  static constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};

  [[nodiscard]] std::span<const int> signals() const { return std::span(kSignals).first(count_); }

  std::size_t count_;
  SignalPipe pipe_;
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
