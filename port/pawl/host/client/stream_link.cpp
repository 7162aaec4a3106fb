// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <pawl/host/client/stream_link.hpp>

namespace pawl::host {

StreamLink::StreamLink(const ClientSettings& settings, Random& random, std::unique_ptr<Stream> stream)
    : stream_(std::move(stream)),
      session_(settings, random, buffers_->receive, buffers_->send),
      pump_(session_, *stream_, buffers_->input) {}

void StreamLink::not_listening(Instant now) {
  session_.not_listening(now);
  if (session_.idle() == 0 || now < ping_at_) return;
  session_.ping(now);
  ping_at_ = now + milliseconds(std::uint64_t{session_.idle()} * 1000 / 3);
}

}  // namespace pawl::host
