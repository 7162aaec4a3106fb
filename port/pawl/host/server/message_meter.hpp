// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include <pawl/base/time.hpp>
#include <pawl/host/server/admission.hpp>
#include <pawl/host/server/limits.hpp>

namespace pawl::host {

/// Measures the messages of one session by the limits for their size and their number a second.
class MessageMeter {
 public:
  /// The limits outlive it, and may change.
  explicit MessageMeter(const Limits& limits) : limits_(limits) {}
  explicit MessageMeter(Limits&&) = delete;

  /// Takes the next fragment of a message, which `last` ends. False if the message is longer than one may be.
  bool take(std::size_t size, bool last, Instant now);
  /// When the next message may come. None if it may come now. It is never more than a second.
  std::optional<Instant> held_until(Instant now);

 private:
  TokenBucket* rate(Instant now);

  const Limits& limits_;
  std::optional<TokenBucket> rate_{};
  /// Of the message that has begun.
  std::uint64_t size_ = 0;
};

}  // namespace pawl::host
