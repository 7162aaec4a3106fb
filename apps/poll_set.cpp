// SPDX-License-Identifier: Apache-2.0
#include "poll_set.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>

#include "exit_code.hpp"

namespace pawl::app {

std::size_t PollSet::add(int fd, int events) {
  entries_.push_back({events != 0 ? fd : -1, static_cast<decltype(pollfd::events)>(events), 0});
  return entries_.size() - 1;
}

void PollSet::wait(std::optional<Instant> deadline, Instant now) {
  const int timeout = deadline ? static_cast<int>(std::min<std::uint64_t>((*deadline - now).ms, INT_MAX)) : -1;
  if (::poll(entries_.data(), entries_.size(), timeout) >= 0) return;
  if (errno != EINTR) throw AppError(ExitCode::io, "Cannot wait for the network: poll() failed.");
  for (pollfd& entry : entries_) entry.revents = 0;
}

std::optional<Instant> sooner(std::optional<Instant> a, std::optional<Instant> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace pawl::app
