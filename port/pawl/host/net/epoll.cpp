// SPDX-License-Identifier: Apache-2.0
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include <pawl/host/net/epoll.hpp>
#include <pawl/port/posix/result.hpp>

namespace pawl::host {
namespace {

/// How many owners one wait gives at most. What else is ready comes at the next.
constexpr std::size_t kMost = 256;

std::uint32_t events_of(Interest interest) {
  const std::uint32_t in = (interest | Interest::read) == interest ? EPOLLIN : 0U;
  const std::uint32_t out = (interest | Interest::write) == interest ? EPOLLOUT : 0U;
  return in | out;
}

/// The limit in milliseconds, as the system takes it. -1 is for ever.
int limit_of(std::optional<Duration> timeout) {
  return timeout ? static_cast<int>(std::min<std::uint64_t>(timeout->ms, INT_MAX)) : -1;
}

}  // namespace

Epoll::Epoll() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!epoll_.valid()) unavailable_ = last_error();
}

std::error_code Epoll::change(int fd, Interest before, Interest after, void* owner) {
  if (unavailable_) return unavailable_;
  if (after == Interest::none && std::erase(always_, owner) > 0) return {};
  epoll_event event{};
  event.events = events_of(after);
  event.data.ptr = owner;
  int operation = before == Interest::none ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  if (after == Interest::none) operation = EPOLL_CTL_DEL;
  if (::epoll_ctl(epoll_.get(), operation, fd, &event) == 0) return {};
  // Whoever closes a descriptor ends the waiting for it too.
  if (after == Interest::none && (errno == EBADF || errno == ENOENT)) return {};
  if (errno != EPERM) return last_error();
  if (std::ranges::find(always_, owner) == always_.end()) always_.push_back(owner);
  return {};
}

std::error_code Epoll::wait(std::optional<Duration> timeout, std::vector<void*>& ready) {
  if (unavailable_) return unavailable_;
  std::array<epoll_event, kMost> events{};
  const int limit = always_.empty() ? limit_of(timeout) : 0;
  const int got = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), limit);
  if (got < 0 && errno != EINTR) return last_error();
  for (int i = 0; i < got; ++i) {
    // This is a copy, because the structure is packed and nothing may refer into it.
    void* const owner = events[static_cast<std::size_t>(i)].data.ptr;
    ready.push_back(owner);
  }
  ready.insert(ready.end(), always_.begin(), always_.end());
  return {};
}

}  // namespace pawl::host
