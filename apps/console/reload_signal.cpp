// SPDX-License-Identifier: Apache-2.0
#include "reload_signal.hpp"

#include <utility>

namespace pawl::app {
namespace {

// A signal handler reaches nothing but globals.
volatile std::sig_atomic_t reload_pipe_end = -1;

void on_reload_signal(int /*signal*/) { SignalPipe::note(reload_pipe_end); }

}  // namespace

ReloadSignal::ReloadSignal(host::EventLoop& loop, std::function<void()> act)
    : act_(std::move(act)), watch_(loop, *this) {
  reload_pipe_end = pipe_.write_fd();
  struct sigaction action {};
  action.sa_handler = on_reload_signal;
  sigaction(SIGHUP, &action, &old_action_);
  watch_.wait_for(pipe_.fd(), host::Interest::read, std::nullopt);
}

ReloadSignal::~ReloadSignal() { sigaction(SIGHUP, &old_action_, nullptr); }

void ReloadSignal::on_ready(Instant /*now*/) {
  pipe_.drain();
  act_();
}

}  // namespace pawl::app
