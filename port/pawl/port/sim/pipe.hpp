// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <limits>

#include <pawl/port/transport.hpp>

namespace pawl {

/// How much a pipe holds and moves at once.
struct PipeLimits {
  /// Bytes that are on their way, in each direction, before write() finds no room.
  std::size_t capacity = 65536;
  /// The most that one read() gives and one write() takes. With 1 they deliver byte by byte.
  std::size_t max_read = std::numeric_limits<std::size_t>::max();
  std::size_t max_write = std::numeric_limits<std::size_t>::max();
};

/// Two transports joined in memory, so that what is written to one is read from the other. For tests and simulations in
/// one thread.
///
/// It is no kinder than TCP. An end that close()s while it has unread bytes resets the connection, which destroys what
/// is on its way to the other end. An end that close()s with everything read, or shut down before, ends the stream in
/// good order.
class Pipe {
 public:
  explicit Pipe(const PipeLimits& limits = {});
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() = default;

  /// The ends, which live as long as the pipe.
  Transport& first() { return first_; }
  Transport& second() { return second_; }

 private:
  /// One direction.
  struct Lane {
    std::deque<std::uint8_t> bytes;
    /// Its writer will write no more.
    bool ended = false;
    /// Its reader is gone.
    bool unread = false;
  };

  class End final : public Transport {
   public:
    End(const PipeLimits& limits, Lane& in, Lane& out) : limits_(limits), in_(in), out_(out) {}

    Result<std::size_t> read(MutBytes buffer) override;
    Result<std::size_t> write(Bytes bytes) override;
    void shutdown() override { out_.ended = true; }
    void close() override;

   private:
    const PipeLimits& limits_;
    Lane& in_;
    Lane& out_;
  };

  PipeLimits limits_;
  Lane forth_;
  Lane back_;
  End first_;
  End second_;
};

}  // namespace pawl
