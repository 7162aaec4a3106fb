// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/record/traffic_secret.hpp>
#include <pawl/wire/record_content.hpp>

namespace pawl {

/// The key of a sealer and the number of the next record, which only change together; PROTOCOL.md 9 and 10. It can be
/// neither copied nor moved, takes no nonce from anyone, counts before it encrypts, and refuses at the limit. So no
/// nonce is ever used twice.
class SendEpoch {
 public:
  SendEpoch(SendSecret&& secret, Direction direction);
  SendEpoch(const SendEpoch&) = delete;
  SendEpoch& operator=(const SendEpoch&) = delete;
  ~SendEpoch() = default;

  /// Encrypts a record in place: `header_size` bytes of header, which are there, `content_size` of content, which are
  /// there, then room for type, padding and tag. Error::invalid_argument if content and overhead do not fit, or fill
  /// more than the longest record; Error::limit as Sealer::seal().
  Status seal(RecordType type, std::size_t header_size, std::size_t content_size, MutBytes record);

  /// See Sealer::rekey().
  Status rekey();

  [[nodiscard]] std::uint32_t counter() const { return counter_; }
  [[nodiscard]] std::uint32_t epoch() const { return epoch_; }

 private:
  SendSecret secret_;
  RecordKeys keys_;
  std::uint32_t epoch_ = 0;
  std::uint32_t counter_ = 0;
  Direction direction_;
};

}  // namespace pawl
