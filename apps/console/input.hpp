// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/bytes.hpp>
#include <pawl/host/base/failure.hpp>
#include <string>

namespace pawl::app {

/// Bytes of a file or a terminal on their way.
class Input {
 public:
  /// `fd` outlives it. `what` says what it is, if it cannot be read.
  Input(int fd, std::string what) : fd_(fd), what_(std::move(what)) {}

  [[nodiscard]] int wants_input() const { return ended_ || !bytes().empty() ? -1 : fd_; }
  /// Reads once, which waits unless poll() said that there is something. It is called only if all bytes were dropped.
  /// Kind::input.
  host::FailureOr<> read();
  /// What was read. More comes unless ended().
  [[nodiscard]] Bytes bytes() const { return Bytes(buffer_).subspan(begin_, end_ - begin_); }
  [[nodiscard]] MutBytes writable() { return MutBytes(buffer_).subspan(begin_, end_ - begin_); }
  void drop(std::size_t n) { begin_ += n; }
  void drop_last(std::size_t n) { end_ -= n; }
  /// Puts one byte before what was read last, of which nothing was dropped yet.
  void put_before(std::uint8_t byte) { buffer_[--begin_] = byte; }
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  int fd_;
  std::string what_;
  /// The first byte is for put_before().
  ByteArray<16384> buffer_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool ended_ = false;
};

}  // namespace pawl::app
