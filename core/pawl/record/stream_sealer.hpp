// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/record/record_epoch.hpp>
#include <pawl/wire/record_content.hpp>
#include <pawl/wire/record_header.hpp>

namespace pawl {

/// Bytes that a stream record adds to its content for header, type and tag.
inline constexpr std::size_t kRecordOverhead = kRecordHeaderSize + 1 + kGcmTagSize;

/// Seals the records of one direction, PROTOCOL.md 9 and 10. It owns key and counter together and can be neither copied
/// nor moved. It takes no nonce from anyone, counts before it encrypts, and refuses at the limit. So no nonce is ever
/// used twice.
class StreamSealer {
 public:
  StreamSealer(SendSecret&& secret, Direction direction);
  StreamSealer(const StreamSealer&) = delete;
  StreamSealer& operator=(const StreamSealer&) = delete;
  ~StreamSealer() = default;

  /// Makes a record in place. On entry record[2 .. 2 + content_size) is the content. On return all of `record` is the
  /// record as sent, and the last record.size() - content_size - kRecordOverhead bytes of its inner text are padding.
  /// Error::invalid_argument if `record` is too short, or longer than the longest record. Error::limit where
  /// PROTOCOL.md 10 allows no further record in this epoch. Counter 2^24 - 1 carries only a close, and is the last.
  /// After an error the content is not sent and the record is void.
  Status seal(RecordType type, std::size_t content_size, MutBytes record);

  /// Moves on to the next epoch, with a new secret, key and session nonce and counter 0, all at once.
  /// Error::wrong_state if this epoch has no record yet, because the receiver sees one bit of the epoch number, and so
  /// an epoch cannot be skipped. Error::limit after epoch 2^32 - 1.
  Status rekey();

  /// Records sealed in this epoch.
  [[nodiscard]] std::uint32_t counter() const { return epoch_.counter(); }
  [[nodiscard]] std::uint32_t epoch() const { return epoch_.number(); }

 private:
  RecordEpoch epoch_;
};

}  // namespace pawl
