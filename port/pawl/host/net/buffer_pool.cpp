// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/net/buffer_pool.hpp>

namespace pawl::host {

std::unique_ptr<Buffers> BufferPool::take() {
  if (free_.empty()) return std::make_unique<Buffers>();
  auto buffers = std::move(free_.back());
  free_.pop_back();
  return buffers;
}

void BufferPool::give_back(std::unique_ptr<Buffers> buffers) {
  wipe(buffers->receive);
  wipe(buffers->send);
  wipe(buffers->input);
  free_.push_back(std::move(buffers));
}

}  // namespace pawl::host
