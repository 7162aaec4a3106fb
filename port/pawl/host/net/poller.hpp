// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <system_error>
#include <vector>

#include <pawl/base/time.hpp>

namespace pawl::host {

/// What is waited for in a descriptor. Its failure is always told, except with `none`.
enum class Interest : std::uint8_t { none = 0, read = 1, write = 2, read_write = 3 };

constexpr Interest operator|(Interest a, Interest b) {
  return static_cast<Interest>(static_cast<std::uint8_t>(a) | static_cast<std::uint8_t>(b));
}

/// `interest` if `wanted`, else none.
constexpr Interest when(bool wanted, Interest interest) { return wanted ? interest : Interest::none; }

/// What an event loop waits with. It is the system's epoll(7), or a test that knows when something happens.
class Poller {
 public:
  Poller() = default;
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;
  virtual ~Poller() = default;

  /// Changes what is waited for in `fd` from `before`, which is what the last call for it asked for, to `after`.
  /// `owner` is what wait() gives.
  virtual std::error_code change(int fd, Interest before, Interest after, void* owner) = 0;

  /// Waits until something is ready or has failed, for `timeout` at most if there is one, or until a signal. Adds the
  /// owners of what is ready to `ready`, each once.
  virtual std::error_code wait(std::optional<Duration> timeout, std::vector<void*>& ready) = 0;
};

}  // namespace pawl::host
