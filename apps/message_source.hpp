// SPDX-License-Identifier: Apache-2.0
/// Where the client takes its messages from.
#pragma once

#include <memory>
#include <optional>
#include <pawl/base/bytes.hpp>
#include <pawl/port/posix/descriptor.hpp>
#include <string>
#include <vector>

#include "progress.hpp"

namespace pawl::app {

/// A part of a message, which `last` ends.
struct Fragment {
  Bytes bytes;
  bool last = false;
};

/// Gives messages in fragments, so that none is too long.
class MessageSource {
 public:
  MessageSource() = default;
  MessageSource(const MessageSource&) = delete;
  MessageSource& operator=(const MessageSource&) = delete;
  virtual ~MessageSource() = default;

  /// What is to be sent next, the same until taken(); none if there is nothing now. Valid until the next call of
  /// taken() or read().
  [[nodiscard]] virtual std::optional<Fragment> next() const = 0;
  /// The first n bytes of next() were sent; if those are all, and it is a last fragment, the message is ended.
  virtual void taken(std::size_t n) = 0;
  /// All messages were sent.
  [[nodiscard]] virtual bool ended() const = 0;

  /// What to wait for, to be readable, before read(); -1 for nothing.
  [[nodiscard]] virtual int wants_input() const { return -1; }
  /// Reads more. AppError(io) if that fails; then there is no more.
  virtual void read() {}
  /// A message was answered.
  virtual void answered() {}
};

/// Bytes of a file or a terminal on their way.
class Input {
 public:
  /// `fd` outlives it; `what` says what it is, if it cannot be read.
  Input(int fd, std::string what) : fd_(fd), what_(std::move(what)) {}

  [[nodiscard]] int wants_input() const { return ended_ || !bytes().empty() ? -1 : fd_; }
  /// Reads once, which waits unless poll() said that there is something. Only if all bytes were dropped. AppError(io).
  void read();
  /// What was read; more comes unless ended().
  [[nodiscard]] Bytes bytes() const { return Bytes(buffer_).subspan(begin_, end_ - begin_); }
  [[nodiscard]] MutBytes writable() { return MutBytes(buffer_).subspan(begin_, end_ - begin_); }
  void drop(std::size_t n) { begin_ += n; }
  void drop_last(std::size_t n) { end_ -= n; }
  /// One byte before what was read last, of which nothing was dropped yet.
  void put_before(std::uint8_t byte) { buffer_[--begin_] = byte; }
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  int fd_;
  std::string what_;
  /// The first is for put_before().
  ByteArray<16384> buffer_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool ended_ = false;
};

/// Each line is a message, without its line end, LF or CR LF; what stands after the last line end is one too, unless it
/// is nothing. A byte order mark before the first is no part of it.
class LineSource final : public MessageSource {
 public:
  /// `fd` outlives it.
  explicit LineSource(int fd) : input_(fd, "standard input") {}

  [[nodiscard]] std::optional<Fragment> next() const override;
  void taken(std::size_t n) override;
  [[nodiscard]] bool ended() const override { return input_.ended() && !next(); }
  [[nodiscard]] int wants_input() const override { return input_.wants_input(); }
  void read() override;

 private:
  void drop_carriage_returns();

  Input input_;
  /// Something was read.
  bool begun_ = false;
  /// The last byte that was read was a CR, and whether a LF follows is not known yet.
  bool carriage_return_ = false;
  /// A part of the line was taken, and not its end.
  bool in_line_ = false;
};

/// The whole content of a file is one message.
class FileSource final : public MessageSource {
 public:
  /// Opens it; the reporter outlives this. AppError(io).
  FileSource(const std::string& path, const Reporter& reporter);

  /// Of the file, when it was opened; 0 for what is no file, a pipe for example.
  [[nodiscard]] std::uint64_t size() const;

  [[nodiscard]] std::optional<Fragment> next() const override;
  void taken(std::size_t n) override;
  [[nodiscard]] bool ended() const override { return sent_; }
  [[nodiscard]] int wants_input() const override { return sent_ ? -1 : input_.wants_input(); }
  void read() override { input_.read(); }

 private:
  const Reporter& reporter_;
  Descriptor file_;
  Input input_;
  /// From the first fragment on, so that it shows the rate of the sending alone.
  std::optional<ProgressBar> bar_;
  std::uint64_t taken_ = 0;
  bool sent_ = false;
};

/// "Hello server! Message #0" and so on, each after the answer to the one before.
class CountSource final : public MessageSource {
 public:
  explicit CountSource(std::uint64_t count);

  [[nodiscard]] std::optional<Fragment> next() const override;
  void taken(std::size_t n) override;
  [[nodiscard]] bool ended() const override { return number_ == count_; }
  void answered() override { awaiting_answer_ = false; }

 private:
  [[nodiscard]] std::string text() const { return "Hello server! Message #" + std::to_string(number_); }

  std::uint64_t count_;
  std::uint64_t number_ = 0;
  std::string message_;
  std::size_t taken_ = 0;
  bool awaiting_answer_ = false;
};

/// The messages of another source, for a link on which a message is one datagram and may be lost: each is given whole,
/// and after the answer to the one before.
class WholeMessages final : public MessageSource {
 public:
  /// `longest` bytes at most; more are an AppError(usage), of read() or answered().
  WholeMessages(std::unique_ptr<MessageSource> parts, std::size_t longest);

  [[nodiscard]] std::optional<Fragment> next() const override;
  void taken(std::size_t n) override;
  [[nodiscard]] bool ended() const override { return !whole_ && bytes_.empty() && parts_->ended(); }
  [[nodiscard]] int wants_input() const override { return whole_ || awaiting_answer_ ? -1 : parts_->wants_input(); }
  void read() override;
  void answered() override;

 private:
  void gather();

  std::unique_ptr<MessageSource> parts_;
  std::size_t longest_;
  std::vector<std::uint8_t> bytes_;
  bool whole_ = false;
  bool awaiting_answer_ = false;
};

}  // namespace pawl::app
