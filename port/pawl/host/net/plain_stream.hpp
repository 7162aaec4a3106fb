// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <system_error>

#include <pawl/base/bytes.hpp>
#include <pawl/host/net/event_loop.hpp>
#include <pawl/port/posix/descriptor.hpp>

namespace pawl::host {

/// A connection in clear with another program, which is behind a server or before a client. It tells an end in good
/// order from a broken one. Itself it ends in good order only if both directions have. Otherwise, also if this process
/// is killed, the other program sees that it was cut, as far as its kind of connection can say so.
class PlainStream final : private EventLoop::Handler {
 public:
  /// The one whose stream it is. Calls come from the loop.
  class User {
   public:
    /// Bytes have come. Returns how many of them were taken. The rest comes again after listen(true).
    virtual std::size_t received(Bytes bytes) = 0;
    /// The other program sends nothing more. It may still read.
    virtual void input_ended() = 0;
    /// All that was written has left, after the stream was full() or told to finish().
    virtual void output_drained() = 0;
    /// The connection has failed. Nothing more moves in either direction. All that came before was received.
    virtual void broken(std::error_code error) = 0;

   protected:
    ~User() = default;
  };

  /// From this many bytes on that wait to be written, it is full().
  static constexpr std::size_t kQueue = 65536;

  /// `socket` is connected and non-blocking. The loop and the user outlive the stream.
  PlainStream(EventLoop& loop, User& user, Descriptor socket);
  PlainStream(const PlainStream&) = delete;
  PlainStream& operator=(const PlainStream&) = delete;
  ~PlainStream();

  /// Writes, now or as soon as the other program takes it.
  void write(Bytes bytes);
  [[nodiscard]] bool full() const { return output_.size() >= kQueue; }
  /// Ends this direction, once all is written.
  void finish();
  /// Whether bytes are wanted. They are at first.
  void listen(bool wanted);
  /// Cuts it now.
  void reset();

 private:
  static constexpr std::size_t kRead = 16384;

  void on_ready(Instant now) override;
  void flush();
  void read();
  void hand_over();
  void note_write_error(std::error_code error);
  void fail(std::error_code error);
  void watch();

  User& user_;
  Descriptor socket_;
  /// Read and not taken.
  std::string input_{};
  /// Written and not sent.
  std::string output_{};
  bool listens_ = true;
  bool input_ended_ = false;
  bool finishes_ = false;
  bool finished_ = false;
  /// It is to be told when all has left.
  bool tells_drained_ = false;
  /// Nothing can be written any more. What can still be read comes first.
  std::error_code write_error_{};
  EventLoop::Watch watch_;
};

}  // namespace pawl::host
