// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/host/net/poller.hpp>
#include <pawl/port/posix/descriptor.hpp>

namespace pawl::host {

/// Waits by epoll(7). The system is told of each descriptor once, and again only when what is wanted of it changes. So
/// a wait costs as much as what is ready, and not as much as what there is. A descriptor that it cannot wait for, such
/// as a regular file, counts as always ready.
class Epoll final : public Poller {
 public:
  Epoll();

  std::error_code change(int fd, Interest before, Interest after, void* owner) override;
  std::error_code wait(std::optional<Duration> timeout, std::vector<void*>& ready) override;

 private:
  Descriptor epoll_;
  /// The error if the system gave no epoll(7).
  std::error_code unavailable_{};
  /// The owners of descriptors that are always ready.
  std::vector<void*> always_;
};

}  // namespace pawl::host
