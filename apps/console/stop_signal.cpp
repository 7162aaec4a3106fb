// SPDX-License-Identifier: Apache-2.0
#include "stop_signal.hpp"

#include <unistd.h>

#include "exit_code.hpp"

namespace pawl::app {
namespace {

// A signal handler reaches nothing but globals.
volatile std::sig_atomic_t expected = 0;
volatile std::sig_atomic_t signalled = 0;
volatile std::sig_atomic_t pipe_end = -1;

void on_signal(int /*signal*/) {
  if (expected == 0 || signalled != 0) ::_exit(static_cast<int>(ExitCode::interrupted));
  signalled = 1;
  SignalPipe::note(pipe_end);
}

}  // namespace

StopSignal::StopSignal(Hangup hangup) : count_(hangup == Hangup::stop ? kSignals.size() : kSignals.size() - 1) {
  static_assert(kSignals.back() == SIGHUP);
  pipe_end = pipe_.write_fd();
  expected = 0;
  signalled = 0;
  struct sigaction* old = old_actions_.data();
  for (const int each : signals()) {
    sigaction(each, nullptr, old);
    // Whoever started the process with that ignored wants it to outlive the terminal.
    const bool outlives = each == SIGHUP && old->sa_handler == SIG_IGN;
    ++old;
    if (outlives) continue;
    struct sigaction action {};
    action.sa_handler = on_signal;
    sigaction(each, &action, nullptr);
  }
}

StopSignal::~StopSignal() {
  const struct sigaction* old = old_actions_.data();
  for (const int each : signals()) sigaction(each, old++, nullptr);
}

void StopSignal::expect() { expected = 1; }

void StopSignal::expect_no_more() { expected = 0; }

bool StopSignal::came() { return signalled != 0; }

OnStop::OnStop(host::EventLoop& loop, const StopSignal& signal, std::function<void()> act)
    : act_(std::move(act)), watch_(loop, *this) {
  watch_.wait_for(signal.fd(), host::Interest::read, std::nullopt);
}

void OnStop::on_ready(Instant /*now*/) {
  watch_.drop();
  act_();
}

}  // namespace pawl::app
