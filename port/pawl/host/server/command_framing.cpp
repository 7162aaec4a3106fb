// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include <pawl/host/server/command_framing.hpp>

namespace pawl::host {
namespace {

constexpr std::size_t kLengthSize = 4;

std::string text_of(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

std::string length_of(const std::string& message) {
  const auto size = static_cast<std::uint32_t>(message.size());
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>((size >> shift) & 0xFFU);
  return bytes;
}

}  // namespace

FailureOr<std::string> CommandFraming::to_command(Bytes fragment, bool last) {
  if (framing_ == Framing::lines) return text_of(fragment) + (last ? "\n" : "");
  if (fragment.size() > kLongest - gathered_.size()) {
    return Failure{
        .kind = Failure::Kind::message_too_long,
        .detail = "A message is longer than the " + std::to_string(kLongest) + " bytes that a command is given"};
  }
  gathered_ += text_of(fragment);
  if (!last) return std::string();
  std::string framed = length_of(gathered_) + gathered_;
  gathered_.clear();
  return framed;
}

std::size_t CommandFraming::from_command(Bytes bytes, ServerSession& session) {
  return framing_ == Framing::lines ? from_lines(bytes, session) : from_lengths(bytes, session);
}

std::size_t CommandFraming::from_lines(Bytes bytes, ServerSession& session) {
  std::size_t used = 0;
  while (used < bytes.size() && !session.full()) {
    const Bytes rest = bytes.subspan(used);
    const auto end = std::ranges::find(rest, std::uint8_t{'\n'});
    const bool whole = end != rest.end();
    const auto size = static_cast<std::size_t>(end - rest.begin());
    session.send(text_of(rest.first(size)), whole);
    begun_ = !whole;
    used += size + (whole ? 1 : 0);
  }
  return used;
}

std::size_t CommandFraming::from_lengths(Bytes bytes, ServerSession& session) {
  std::size_t used = 0;
  while (used < bytes.size() && !session.full()) {
    if (length_bytes_ < kLengthSize) {
      length_ = (length_ << 8U) | bytes[used++];
      // An empty message has no byte to come with.
      if (++length_bytes_ < kLengthSize || length_ > 0) continue;
    }
    const std::size_t size = std::min<std::size_t>(length_, bytes.size() - used);
    length_ -= static_cast<std::uint32_t>(size);
    session.send(text_of(bytes.subspan(used, size)), length_ == 0);
    used += size;
    if (length_ == 0) length_bytes_ = 0;
  }
  return used;
}

bool CommandFraming::end_of_output(ServerSession& session) {
  if (framing_ == Framing::lines && std::exchange(begun_, false)) session.send("", true);
  return length_bytes_ == 0;
}

}  // namespace pawl::host
