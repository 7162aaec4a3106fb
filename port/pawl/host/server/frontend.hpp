// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/time.hpp>

namespace pawl::host {

/// A way into a server. It has a place where it listens, and the sessions of those who came in there.
class Frontend {
 public:
  Frontend() = default;
  Frontend(const Frontend&) = delete;
  Frontend& operator=(const Frontend&) = delete;
  virtual ~Frontend() = default;

  /// Lets nobody in any more, and begins to close all sessions in good order.
  virtual void stop(Instant now) = 0;
  /// Whether all sessions are over after stop().
  [[nodiscard]] virtual bool stopped() const = 0;
  /// Called at the end, when all is over or the time for that is up. Reports what is left to report.
  virtual void finish() {}
};

}  // namespace pawl::host
