// SPDX-License-Identifier: Apache-2.0
#include "reconnecting.hpp"

#include <optional>
#include <string>

#include "console/failure_text.hpp"

namespace pawl::app {
namespace {

/// The longest time that is waited in all without --retry.
constexpr Duration kLongestWait = seconds(300);

class Alarm final : public host::EventLoop::Handler {
 public:
  Alarm(host::EventLoop& loop, Instant due) : watch_(loop, *this) { watch_.wait_for(-1, host::Interest::none, due); }
  void on_ready(Instant /*now*/) override { rung_ = true; }
  [[nodiscard]] bool rung() const { return rung_; }

 private:
  bool rung_ = false;
  host::EventLoop::Watch watch_;
};

/// Takes in what comes to be sent, while there is nobody to send it to.
class InputWatch final : public host::EventLoop::Handler {
 public:
  InputWatch(host::EventLoop& loop, host::MessageSource& input) : input_(input), watch_(loop, *this) { wait(); }
  void on_ready(Instant /*now*/) override {
    require(input_.read());
    wait();
  }

 private:
  void wait() { watch_.wait_for(input_.wants_input(), host::Interest::read, std::nullopt); }

  host::MessageSource& input_;
  host::EventLoop::Watch watch_;
};

/// Whether the server has said when to come again, and nothing was said yet.
bool comes_again(const host::Client::Outcome& outcome) {
  const bool ended_here = outcome.failure || outcome.stopped;
  return !ended_here && outcome.closed.error == Error::busy && outcome.closed.retry_after > 0 && outcome.sent == 0;
}

/// Whether an attempt that ended in this way may go better the next time, without anybody doing anything here.
bool passes(ExitCode code) {
  switch (code) {
    case ExitCode::timeout:
    case ExitCode::connection_lost:
    case ExitCode::truncated:
    case ExitCode::tampered:
    case ExitCode::busy:
      return true;
    default:
      return false;
  }
}

}  // namespace

void pause(host::EventLoop& loop, const StopSignal& signal, Duration duration) {
  StopSignal::expect();
  const Alarm alarm(loop, loop.clock().now() + duration);
  const OnStop stop(loop, signal, [] {});
  while (!alarm.rung() && !StopSignal::came()) require(loop.turn());
  if (StopSignal::came()) throw AppError(ExitCode::interrupted, "Interrupted while waiting.");
}

Patience::Patience(const ConnectOptions& options, Reporter& reporter, host::EventLoop& loop, const StopSignal& signal,
                   Random& random, host::MessageSource* input)
    : options_(options), reporter_(reporter), loop_(loop), signal_(signal), random_(random), input_(input) {}

bool Patience::hopes(const AppError& error, const host::Client::Outcome& outcome) const {
  return (comes_again(outcome) && !options_.no_wait) || (options_.retry && passes(error.code()));
}

bool Patience::wait_after(const AppError& error, const host::Client::Outcome& outcome) {
  if (!hopes(error, outcome)) return false;
  // A server whose sessions end before they have done anything is not hurried.
  if (outcome.answered > 0) backoff_.succeeded();
  const auto next = backoff_.failed(random_, outcome.closed.retry_after);
  require(next.error());
  waited_ = milliseconds(waited_.ms + next.value().ms);
  if (!options_.retry && waited_ > kLongestWait) return false;
  const std::uint64_t soon = (next.value().ms + 999) / 1000;
  reporter_.event("waiting", {{"seconds", soon}, {"error", error.what()}},
                  (comes_again(outcome) ? "The server is busy; pawl" : std::string(error.what()) + " Pawl") +
                      " tries again in " + std::to_string(soon) + " s.");
  std::optional<InputWatch> watch;
  if (input_ != nullptr) watch.emplace(loop_, *input_);
  pause(loop_, signal_, next.value());
  return true;
}

}  // namespace pawl::app
