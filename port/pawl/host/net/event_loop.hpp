// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <pawl/base/time.hpp>
#include <pawl/host/base/failure.hpp>
#include <pawl/host/net/poller.hpp>
#include <pawl/port/clock.hpp>

namespace pawl::host {

/// The one loop of a program. It waits until a descriptor is ready or a moment has come, and tells whom it concerns. It
/// is for one thread.
class EventLoop {
 public:
  /// The one that is told.
  class Handler {
   public:
    /// The descriptor is ready or has failed, or the moment has come. It may also be neither. The handler may change,
    /// make and end watches, its own too.
    virtual void on_ready(Instant now) = 0;

   protected:
    ~Handler() = default;
  };

  /// What one handler waits for, which is a descriptor, a moment, or both. The waiting ends with this object.
  class Watch {
   public:
    /// Waits for nothing yet. The loop and the handler outlive it.
    Watch(EventLoop& loop, Handler& handler) : loop_(loop), handler_(handler) {}
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch() { drop(); }

    /// From now on waits for `interest` in `fd`, and for the moment `due`. What it waited for before counts no more. A
    /// moment that has come does not come again. `fd` may be -1. If the descriptor before was closed, this call must
    /// come before anybody waits for another descriptor.
    void wait_for(int fd, Interest interest, std::optional<Instant> due);
    /// Waits for nothing.
    void drop() { wait_for(-1, Interest::none, std::nullopt); }

   private:
    friend class EventLoop;

    EventLoop& loop_;
    Handler& handler_;
    int fd_ = -1;
    Interest interest_ = Interest::none;
    std::optional<Instant> due_{};
    /// Where it stands among the timers, which may be before it is due.
    std::optional<Instant> timer_{};
  };

  /// Both outlive the loop.
  EventLoop(Clock& clock, Poller& poller) : clock_(clock), poller_(poller) {}
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop() = default;

  /// Waits once, and calls the handlers of what has come. Kind::wait if the system does not let it.
  FailureOr<> turn();

  /// The time at which the last wait ended, which is what handlers are given.
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] Clock& clock() { return clock_; }

 private:
  void set_timer(Watch& watch, std::optional<Instant> due);
  [[nodiscard]] std::optional<Duration> time_left();
  void call_due();
  void call_ready();
  void note(std::error_code error) {
    if (!failed_) failed_ = error;
  }

  Clock& clock_;
  Poller& poller_;
  Instant now_{};
  /// The timers, by the moment at which each is to be looked at.
  std::set<std::pair<std::uint64_t, Watch*>> timers_{};
  /// What the poller gave.
  std::vector<void*> owners_{};
  /// What the last wait found. Null stands for one that is gone.
  std::vector<Watch*> ready_{};
  std::error_code failed_{};
};

/// The sooner of two moments, either of which may be none.
std::optional<Instant> sooner(std::optional<Instant> a, std::optional<Instant> b);

}  // namespace pawl::host
