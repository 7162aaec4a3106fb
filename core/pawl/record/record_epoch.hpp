// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/record/traffic_secret.hpp>

namespace pawl {

/// One direction of a session whose records come in order where they are made or taken, epoch by epoch (PROTOCOL.md
/// 10). It has the traffic secret, the keys derived from it, and how many records were made with them. Key and counter
/// change together, here and nowhere else.
class RecordEpoch {
 public:
  /// Epoch 0. The caller wipes its own secret.
  RecordEpoch(std::span<const std::uint8_t, 32> traffic_secret, Direction direction);
  RecordEpoch(const RecordEpoch&) = delete;
  RecordEpoch& operator=(const RecordEpoch&) = delete;
  ~RecordEpoch() = default;

  [[nodiscard]] std::uint32_t number() const { return number_; }
  [[nodiscard]] bool odd() const { return (number_ & 1U) != 0; }
  /// Nonces taken in this epoch.
  [[nodiscard]] std::uint32_t counter() const { return counter_; }
  [[nodiscard]] const RecordKeys& keys() const { return keys_; }

  /// The counter of the next record, which never comes again under these keys. The caller has seen to the limits.
  std::uint32_t take_counter() { return counter_++; }
  /// Moves on to counter 0 of the next epoch. Error::limit after epoch 2^32 - 1. On a stream the next epoch is bound to
  /// the number of nonces taken in this one, so that who misses one of its records cannot follow. Over datagrams, where
  /// records may be lost, it is bound to nothing.
  Status next_on_stream();
  Status next_over_datagrams() { return next({}); }

 private:
  Status next(Bytes context);

  Secret<struct TrafficSecretTag, 32> secret_;
  RecordKeys keys_;
  std::uint32_t number_ = 0;
  std::uint32_t counter_ = 0;
  Direction direction_;
};

}  // namespace pawl
