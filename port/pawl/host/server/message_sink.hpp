// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <pawl/base/bytes.hpp>
#include <pawl/host/base/failure.hpp>

namespace pawl::host {

/// What to send to the client, which is the next part of a message. `last` ends the message. The part may be empty.
struct Answer {
  std::string bytes;
  bool last = false;
};

/// What is left of a message that was begun and not ended.
struct LeftOver {
  std::filesystem::path path;
  std::uint64_t bytes = 0;
};

/// What the server does with the messages of one session. They come in any number of fragments, and each message is
/// answered with one.
class MessageSink {
 public:
  MessageSink() = default;
  MessageSink(const MessageSink&) = delete;
  MessageSink& operator=(const MessageSink&) = delete;
  virtual ~MessageSink() = default;

  /// Takes the next fragment of a message, which `last` ends. After a failure the session is closed, and nothing more
  /// comes.
  virtual FailureOr<Answer> take(Bytes fragment, bool last) = 0;
  /// What is left, once the session is over, of a message that was begun and not ended. None if there is nothing.
  [[nodiscard]] virtual std::optional<LeftOver> left_over() const { return std::nullopt; }
};

/// Makes the sink of a session that has been opened by `user`.
using SinkFactory = std::function<std::unique_ptr<MessageSink>(Bytes user)>;

/// Answers "Server received: " and the message, fragment by fragment, so that no message is too long.
class EchoSink final : public MessageSink {
 public:
  FailureOr<Answer> take(Bytes fragment, bool last) override;

 private:
  bool begun_ = false;
};

/// Makes EchoSinks.
SinkFactory echo();

}  // namespace pawl::host
