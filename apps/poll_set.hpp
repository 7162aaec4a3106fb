// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <poll.h>

#include <optional>
#include <pawl/base/time.hpp>
#include <vector>

namespace pawl::app {

/// What one poll(2) waits for.
class PollSet {
 public:
  /// Forgets everything.
  void clear() { entries_.clear(); }
  /// Adds a descriptor to wait for: POLLIN, POLLOUT, both, or 0, which waits for nothing, not even its failure. Returns
  /// its place for ready().
  std::size_t add(int fd, int events);
  /// Waits until something is ready or has failed, until `deadline`, or until a signal.
  void wait(std::optional<Instant> deadline, Instant now);
  /// Whether it is ready or has failed.
  [[nodiscard]] bool ready(std::size_t place) const { return entries_.at(place).revents != 0; }

 private:
  std::vector<pollfd> entries_;
};

/// The sooner of two moments, either of which may be none.
std::optional<Instant> sooner(std::optional<Instant> a, std::optional<Instant> b);

}  // namespace pawl::app
