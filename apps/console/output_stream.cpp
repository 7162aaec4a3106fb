// SPDX-License-Identifier: Apache-2.0
#include "output_stream.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <pawl/port/posix/clock.hpp>

namespace pawl::app {
namespace {

/// Whether a write would not have to wait, even if only because it would fail. Waits for that up to `timeout`
/// milliseconds.
bool writable(int fd, int timeout) {
  pollfd output{fd, POLLOUT, 0};
  return ::poll(&output, 1, timeout) == 1;
}

/// Writes what can be written without waiting. Returns -1 with EAGAIN if that is nothing. A pipe that is writable takes
/// PIPE_BUF bytes. With more, the write might wait for the rest.
ssize_t write_now(int fd, std::string_view bytes) {
  const std::size_t size = std::min<std::size_t>(bytes.size(), PIPE_BUF);
  const ssize_t sent = ::send(fd, bytes.data(), size, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (sent >= 0 || errno != ENOTSOCK) return sent;
  if (writable(fd, 0)) return ::write(fd, bytes.data(), size);
  errno = EAGAIN;
  return -1;
}

}  // namespace

OutputStream::OutputStream(int fd) : fd_(fd) {
  if (::isatty(fd) != 1) return;
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  own_ = Descriptor(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

bool OutputStream::write(std::string_view line) {
  const bool room = pending_.empty() || line.size() <= kMost - std::min(kMost, pending_.size());
  if (error_ || !room) {
    ++lost_;
    return false;
  }
  pending_.append(line);
  flush();
  return !error_;
}

void OutputStream::flush() {
  std::size_t done = 0;
  while (done < pending_.size()) {
    const ssize_t written = write_now(fd(), std::string_view(pending_).substr(done));
    if (written > 0) done += static_cast<std::size_t>(written);
    if (written >= 0 || errno == EINTR) continue;
    if (errno == EAGAIN) break;
    error_ = {errno, std::generic_category()};
    lost_ += static_cast<std::uint64_t>(std::ranges::count(pending_.substr(done), '\n'));
    done = pending_.size();
  }
  pending_.erase(0, done);
}

void OutputStream::finish(std::optional<Duration> patience) {
  MonotonicClock clock;
  const Instant start = clock.now();
  flush();
  while (pending()) {
    const Duration waited = clock.now() - start;
    if (patience && waited >= *patience) break;
    writable(fd(), patience ? static_cast<int>(patience->ms - waited.ms) : -1);
    flush();
  }
  lost_ += static_cast<std::uint64_t>(std::ranges::count(pending_, '\n'));
  pending_.clear();
}

}  // namespace pawl::app
