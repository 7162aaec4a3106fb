// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <pawl/host/client/stream_link.hpp>

namespace pawl::host {

StreamLink::StreamLink(const ClientSettings& settings, Random& random, std::unique_ptr<Stream> stream)
    : stream_(std::move(stream)),
      session_(settings, random, buffers_->receive, buffers_->send),
      pump_(session_, *stream_, buffers_->input) {}

}  // namespace pawl::host
