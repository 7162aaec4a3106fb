// SPDX-License-Identifier: Apache-2.0
/// Where a client takes its messages from.
#pragma once

#include <cstdint>
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
  /// A message was answered, or its reply is no longer waited for. Fails as read() does.
  virtual FailureOr<> answered() { return {}; }
  /// Whether a reply to what was sent is still to come, although one has come just now.
  [[nodiscard]] virtual bool awaits_reply() const { return false; }

  /// What becomes of a message whose reply did not come in time, because a datagram was lost.
  enum class Missed : std::uint8_t {
    given_up,      ///< It is waited for no longer, and answered() is called in its place.
    sent_again,    ///< next() gives it again in this session.
    ends_session,  ///< It is for the next session, in which no late reply can be taken for that of another message.
  };
  virtual Missed missed() { return Missed::given_up; }
  /// Another session begins. What was sent in the one before and not answered is given again, if the source keeps it.
  virtual void restart() {}
};

}  // namespace pawl::host
