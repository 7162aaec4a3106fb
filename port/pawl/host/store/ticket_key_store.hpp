// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include <pawl/base/time.hpp>
#include <pawl/host/base/failure.hpp>
#include <pawl/ticket/ticket_keys.hpp>

namespace pawl::host {

/// Where the keys of tickets are kept, so that a later run of a server has them, and other servers of the same users.
class TicketKeyStore {
 public:
  /// By how much the time of day may go back without anybody minding. If it goes back by more, all keys are given up,
  /// because a ticket would live longer than it may.
  static constexpr Duration kClockSlack = seconds(60);
  /// How often the time of day is written down. A clock that went back while no server ran is noticed if it is behind
  /// what was written last.
  static constexpr Duration kTimePeriod = seconds(60);

  /// Gives `keys` the keys that are kept and no others. If there is none that may seal at `now`, which is the time of
  /// day in seconds, it makes one first. Among several servers one makes it, and the others get the same. Failures are
  /// those of the store. After one, `keys` are what they were.
  [[nodiscard]] virtual FailureOr<> take_up(TicketKeys& keys, std::uint64_t now) const = 0;

 protected:
  ~TicketKeyStore() = default;
};

}  // namespace pawl::host
