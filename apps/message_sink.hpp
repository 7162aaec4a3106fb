// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <pawl/base/bytes.hpp>
#include <string>

namespace pawl::app {

/// What to send to the client: the next part of a message, which `last` ends. May be nothing.
struct Answer {
  std::string bytes;
  bool last = false;
};

/// What the server does with the messages of one session. They come in fragments, of any number, and each message is
/// answered with one.
class MessageSink {
 public:
  MessageSink() = default;
  MessageSink(const MessageSink&) = delete;
  MessageSink& operator=(const MessageSink&) = delete;
  virtual ~MessageSink() = default;

  /// Takes the next fragment of a message, which `last` ends. Throws AppError if it cannot be taken; then the session
  /// is to be closed, and nothing more comes.
  virtual Answer take(Bytes fragment, bool last) = 0;
  /// The session is over: what is to be said about a message that was begun and not ended; empty if there is none.
  [[nodiscard]] virtual std::string left_over() const = 0;
};

/// Answers "Server received: " and the message, fragment by fragment, so that no message is too long.
class EchoSink final : public MessageSink {
 public:
  Answer take(Bytes fragment, bool last) override;
  [[nodiscard]] std::string left_over() const override { return ""; }

 private:
  bool begun_ = false;
};

}  // namespace pawl::app
