// SPDX-License-Identifier: Apache-2.0
#include "reply_output.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <system_error>

#include "exit_code.hpp"
#include "hex.hpp"
#include "text.hpp"

namespace pawl::app {
namespace {

constexpr std::size_t kLongestEvent = 1U << 20U;

/// Whether a write would not have to wait, be it that it fails.
bool writable() {
  pollfd output{STDOUT_FILENO, POLLOUT, 0};
  return ::poll(&output, 1, 0) == 1;
}

}  // namespace

void TextOutput::take(Bytes fragment, bool last) {
  if (failed_) return;
  pending_.append(fragment.begin(), fragment.end());
  if (last) pending_ += '\n';
  flush();
}

void TextOutput::cut() {
  if (!failed_) pending_ += '\n';
}

/// A pipe that is writable takes PIPE_BUF bytes without waiting; of more, it might wait for the rest.
void TextOutput::flush() {
  while (!pending_.empty() && writable()) {
    const ssize_t written = ::write(STDOUT_FILENO, pending_.data(), std::min<std::size_t>(pending_.size(), PIPE_BUF));
    if (written > 0) pending_.erase(0, static_cast<std::size_t>(written));
    if (written >= 0 || errno == EINTR || errno == EAGAIN) continue;
    const std::string reason = std::generic_category().message(errno);
    failed_ = true;
    pending_.clear();
    throw AppError(ExitCode::io, "Cannot write to standard output: " + reason + ".");
  }
}

void JsonOutput::take(Bytes fragment, bool last) {
  message_.append(fragment.begin(), fragment.end());
  if (last || message_.size() >= kLongestEvent) report(last);
  flush();
}

void JsonOutput::cut() { report(false); }

void JsonOutput::report(bool last) {
  if (is_utf8(bytes_of(message_))) {
    reporter_.event("message", {{"last", last}, {"text", message_}}, "");
  } else {
    reporter_.event("message", {{"last", last}, {"hex", hex(bytes_of(message_))}}, "");
  }
  message_.clear();
}

void JsonOutput::flush() { busy_ = !writable(); }

}  // namespace pawl::app
