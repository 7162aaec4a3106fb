// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/bytes.hpp>

namespace pawl {

/// The one datagram on its way to the transport, in the caller's storage.
class DatagramSlot {
 public:
  explicit DatagramSlot(MutBytes storage) : storage_(storage) {}

  [[nodiscard]] std::size_t capacity() const { return storage_.size(); }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] Bytes pending() const { return storage_.first(size_); }
  /// All of the storage, to be written while the slot is empty. What is written to its front is the datagram once
  /// commit() has said how long it is.
  [[nodiscard]] MutBytes space() const { return storage_; }
  void commit(std::size_t size) { size_ = size; }
  /// Nothing is pending any more. The bytes stay in the storage, and a handshake commits them again when it repeats a
  /// frame.
  void uncommit() { size_ = 0; }
  /// Takes a copy of a datagram of at most capacity() bytes, while empty.
  void put(Bytes datagram) {
    copy(datagram, storage_);
    size_ = datagram.size();
  }

 private:
  MutBytes storage_;
  std::size_t size_ = 0;
};

/// What a datagram session has seen of its link.
struct LinkCounters {
  /// Datagrams that are no part of this protocol or do not fit the state.
  std::uint32_t dropped = 0;
  /// Records that did not verify.
  std::uint32_t corrupt = 0;
  /// Records that had come before, or were too old.
  std::uint32_t replayed = 0;
  /// Frames, pings and closes sent again, for want of an answer.
  std::uint32_t retransmitted = 0;
};

}  // namespace pawl
