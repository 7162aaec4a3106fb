// SPDX-License-Identifier: Apache-2.0
#include "stop_signal.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "exit_code.hpp"
#include "failure_text.hpp"

namespace pawl::app {
namespace {

// A signal handler reaches nothing but globals.
volatile std::sig_atomic_t expected = 0;
volatile std::sig_atomic_t signalled = 0;
volatile std::sig_atomic_t pipe_end = -1;

void on_signal(int /*signal*/) {
  if (expected == 0 || signalled != 0) ::_exit(static_cast<int>(ExitCode::interrupted));
  signalled = 1;
  const int error = errno;
  // The pipe is empty, so it takes a byte.
  static_cast<void>(::write(pipe_end, "", 1) == 1);
  errno = error;
}

}  // namespace

StopSignal::StopSignal() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) throw file_error("make", "a pipe");
  read_end_ = Descriptor(ends[0]);
  write_end_ = Descriptor(ends[1]);
  pipe_end = ends[1];
  expected = 0;
  signalled = 0;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    struct sigaction& old = old_actions_.at(i);
    sigaction(kSignals.at(i), nullptr, &old);
    // Whoever started the process with that ignored wants it to outlive the terminal.
    if (kSignals.at(i) == SIGHUP && old.sa_handler == SIG_IGN) continue;
    struct sigaction action {};
    action.sa_handler = on_signal;
    sigaction(kSignals.at(i), &action, nullptr);
  }
}

StopSignal::~StopSignal() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals.at(i), &old_actions_.at(i), nullptr);
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
