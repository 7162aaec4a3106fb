// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <memory>

#include <pawl/host/net/event_loop.hpp>
#include <pawl/host/net/stream.hpp>

namespace pawl::host {

/// Streams that there is no room for. They are told Reject(3) without a session, and then read from until they end, for
/// a second at most. If they were closed at once, a reset could destroy the Reject (PROTOCOL.md 11.2, 14.1).
class Refusals {
 public:
  /// If there are more at a time, those are closed without a word.
  static constexpr std::size_t kMost = 64;

  /// The loop outlives it.
  explicit Refusals(EventLoop& loop) : loop_(loop) {}

  void refuse(std::unique_ptr<Stream> stream, Instant now);

 private:
  class Refused final : public EventLoop::Handler {
   public:
    Refused(Refusals& all, std::unique_ptr<Stream> stream, Instant until);
    void on_ready(Instant now) override;

   private:
    friend class Refusals;

    Refusals& all_;
    std::unique_ptr<Stream> stream_;
    Instant until_;
    std::list<Refused>::iterator position_{};
    EventLoop::Watch watch_;
  };

  EventLoop& loop_;
  std::list<Refused> refused_{};
};

}  // namespace pawl::host
