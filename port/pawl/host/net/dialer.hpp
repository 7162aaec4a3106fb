// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include <pawl/base/address.hpp>
#include <pawl/host/net/event_loop.hpp>
#include <pawl/port/posix/descriptor.hpp>
#include <pawl/port/posix/result.hpp>

namespace pawl::host {

/// Connects over TCP to one of several addresses, without holding the loop up. One is tried after the other, and each
/// has a few seconds, but for the last one, which has as long as the system gives it.
class Dialer final : private EventLoop::Handler {
 public:
  /// How long an address is waited for while there are others.
  static constexpr Duration kPatience = seconds(3);

  /// Is given the connected, non-blocking socket, or the error of the last address. It is called once, from the loop,
  /// and may end the dialer.
  using Done = std::function<void(PosixResult<Descriptor>)>;

  /// There is at least one address. The loop outlives the dialer.
  Dialer(EventLoop& loop, std::vector<Address> addresses, Done done);
  Dialer(const Dialer&) = delete;
  Dialer& operator=(const Dialer&) = delete;
  ~Dialer() = default;

 private:
  void on_ready(Instant now) override;
  void begin(Instant now);
  void conclude(PosixResult<Descriptor> result);
  [[nodiscard]] bool others_left() const { return next_ < addresses_.size(); }

  std::vector<Address> addresses_;
  std::size_t next_ = 0;
  Done done_;
  Descriptor socket_{};
  std::error_code error_{};
  /// When the next address has its turn.
  std::optional<Instant> until_{};
  EventLoop::Watch watch_;
};

}  // namespace pawl::host
