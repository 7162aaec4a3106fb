// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <pawl/host/server/session_handler.hpp>

namespace pawl::host {

/// How a command finds messages in its standard input, and how it marks them in its standard output.
enum class Framing : std::uint8_t {
  lines,    ///< A message is a line. A line end within a message makes two lines of it.
  lengths,  ///< Before each message are four bytes with its length, the most significant one first.
};

/// Turns the messages of one session into bytes for a command, and its bytes into messages.
class CommandFraming {
 public:
  /// With Framing::lengths, the longest message of a client. It is kept until it is whole.
  static constexpr std::size_t kLongest = 1U << 20U;

  explicit CommandFraming(Framing framing) : framing_(framing) {}

  /// What the command is to be given for the next fragment of a message. Kind::message_too_long.
  FailureOr<std::string> to_command(Bytes fragment, bool last);
  /// Sends what `bytes` of the command say, as far as the session takes it. Returns how many were used.
  std::size_t from_command(Bytes bytes, ServerSession& session);
  /// The command has ended its output. A line that has no end is a message too. False if a message was cut.
  bool end_of_output(ServerSession& session);

 private:
  std::size_t from_lines(Bytes bytes, ServerSession& session);
  std::size_t from_lengths(Bytes bytes, ServerSession& session);

  Framing framing_;
  /// What there is of a message for the command.
  std::string gathered_{};
  /// A message of the command was begun and not ended.
  bool begun_ = false;
  /// Of the length before it, so many bytes are there, with this value.
  std::size_t length_bytes_ = 0;
  std::uint32_t length_ = 0;
};

}  // namespace pawl::host
