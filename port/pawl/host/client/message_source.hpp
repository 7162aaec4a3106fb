// SPDX-License-Identifier: Apache-2.0
/// Where a client takes its messages from.
#pragma once

#include <optional>

#include <pawl/base/bytes.hpp>
#include <pawl/host/base/failure.hpp>

namespace pawl::host {

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

  /// What is to be sent next, which is the same until taken(). None if there is nothing now. It is valid until the next
  /// call of taken() or read().
  [[nodiscard]] virtual std::optional<Fragment> next() const = 0;
  /// The first n bytes of next() were sent. If those are all, and it is a last fragment, the message is ended.
  virtual void taken(std::size_t n) = 0;
  /// All messages were sent.
  [[nodiscard]] virtual bool ended() const = 0;

  /// The descriptor that must be readable before read(). It is -1 if there is nothing to wait for.
  [[nodiscard]] virtual int wants_input() const { return -1; }
  /// Reads more. Kind::input, or message_too_long from a source that has a limit. Then there is no more.
  virtual FailureOr<> read() { return {}; }
  /// A message was answered. Fails as read() does.
  virtual FailureOr<> answered() { return {}; }
};

}  // namespace pawl::host
