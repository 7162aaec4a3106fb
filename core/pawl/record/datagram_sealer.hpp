// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/record/record_epoch.hpp>
#include <pawl/wire/datagram_record.hpp>
#include <pawl/wire/record_content.hpp>

namespace pawl {

/// Seals the records of one direction of a datagram session, PROTOCOL.md 9 and 10. It owns key and counter as the
/// StreamSealer does.
class DatagramSealer {
 public:
  /// Records from client to server carry `cid`. Those of the other direction ignore it.
  DatagramSealer(SendSecret&& secret, Direction direction, const ByteArray<kCidSize>& cid);
  DatagramSealer(const DatagramSealer&) = delete;
  DatagramSealer& operator=(const DatagramSealer&) = delete;
  ~DatagramSealer() = default;

  [[nodiscard]] std::size_t header_size() const { return datagram_header_size(with_cid_); }
  /// Bytes that a record adds to its content for header, type and tag.
  [[nodiscard]] std::size_t overhead() const { return header_size() + 1 + kGcmTagSize; }

  /// As StreamSealer::seal(), but that the content stands at header_size().
  Status seal(RecordType type, std::size_t content_size, MutBytes record);
  /// As StreamSealer::rekey().
  Status rekey() { return counter() != 0 ? epoch_.next_over_datagrams() : Error::wrong_state; }

  /// Records sealed in this epoch.
  [[nodiscard]] std::uint32_t counter() const { return epoch_.counter(); }
  [[nodiscard]] std::uint32_t epoch() const { return epoch_.number(); }

 private:
  RecordEpoch epoch_;
  ByteArray<kCidSize> cid_;
  bool with_cid_;
};

}  // namespace pawl
