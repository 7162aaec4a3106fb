// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <pawl/host/net/event_loop.hpp>

namespace pawl::host {

void EventLoop::Watch::wait_for(int fd, Interest interest, std::optional<Instant> due) {
  if (fd < 0) interest = Interest::none;
  if (fd_ != fd && interest_ != Interest::none) {
    loop_.note(loop_.poller_.change(fd_, interest_, Interest::none, this));
    interest_ = Interest::none;
  }
  if (interest_ != interest) loop_.note(loop_.poller_.change(fd, interest_, interest, this));
  fd_ = fd;
  interest_ = interest;
  loop_.set_timer(*this, due);
  if (interest == Interest::none && !due) std::ranges::replace(loop_.ready_, this, nullptr);
}

/// A moment that is put off, as an idle time-out is by every message, leaves the timer where it is. When the timer
/// comes, it is set anew.
void EventLoop::set_timer(Watch& watch, std::optional<Instant> due) {
  watch.due_ = due;
  if (watch.timer_ && due && *due >= *watch.timer_) return;
  if (watch.timer_) timers_.erase({watch.timer_->ms, &watch});
  watch.timer_ = due;
  if (due) timers_.insert({due->ms, &watch});
}

FailureOr<> EventLoop::turn() {
  now_ = clock_.now();
  owners_.clear();
  if (!failed_) failed_ = poller_.wait(time_left(), owners_);
  if (failed_) return Failure{.kind = Failure::Kind::wait, .error = std::exchange(failed_, {})};
  now_ = clock_.now();
  for (void* owner : owners_) ready_.push_back(static_cast<Watch*>(owner));
  call_ready();
  call_due();
  return {};
}

void EventLoop::call_ready() {
  for (Watch*& each : ready_) {
    if (Watch* watch = std::exchange(each, nullptr)) watch->handler_.on_ready(now_);
  }
  ready_.clear();
}

/// The time to the first timer. Timers that were put off are set anew before.
std::optional<Duration> EventLoop::time_left() {
  while (!timers_.empty()) {
    const auto [at, watch] = *timers_.begin();
    if (*watch->due_ <= Instant{at}) return Instant{at} - now_;
    timers_.erase(timers_.begin());
    watch->timer_.reset();
    set_timer(*watch, watch->due_);
  }
  return std::nullopt;
}

/// Calls each at most once, so that one that is always due does not keep the others off their descriptors.
void EventLoop::call_due() {
  while (!timers_.empty() && Instant{timers_.begin()->first} <= now_) {
    Watch* watch = timers_.begin()->second;
    timers_.erase(timers_.begin());
    watch->timer_.reset();
    if (*watch->due_ <= now_) {
      ready_.push_back(watch);
    } else {
      set_timer(*watch, watch->due_);
    }
  }
  call_ready();
}

std::optional<Instant> sooner(std::optional<Instant> a, std::optional<Instant> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace pawl::host
