// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/bytes.hpp>
#include <pawl/base/time.hpp>

namespace pawl {

/// When a client sends its last frame again, PROTOCOL.md 13.1. It does so 1, 2, 4, 7, 11, 16 and 22 s after the first
/// time, and each wait varies by up to a quarter. It gives up after 31 s.
class Retransmission {
 public:
  Retransmission() = default;
  /// The frame is sent now. `jitter` are public random bytes, one for each wait.
  Retransmission(Instant now, std::span<const std::uint8_t, 7> jitter);

  /// It is time, and the frame is sent again now. Call it once for each true.
  bool due(Instant now);
  /// The frame is not sent again, and the client gives up when `wait` is over, if it would not have given up before.
  void cease(Instant now, Duration wait);
  [[nodiscard]] bool exhausted(Instant now) const { return now >= give_up_; }
  /// When due() or exhausted() will next be true.
  [[nodiscard]] Instant deadline() const { return std::min(next_, give_up_); }

 private:
  void schedule(Instant now);

  ByteArray<7> jitter_{};
  std::uint8_t times_ = 0;
  Instant next_;
  Instant give_up_;
};

}  // namespace pawl
