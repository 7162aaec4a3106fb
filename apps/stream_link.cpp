// SPDX-License-Identifier: Apache-2.0
#include "stream_link.hpp"

#include <utility>

namespace pawl::app {

StreamLink::StreamLink(const ClientSettings& settings, Descriptor socket)
    : transport_(std::move(socket)),
      session_(settings, random_, buffers_->receive, buffers_->send),
      pump_(session_, transport_, buffers_->input) {}

}  // namespace pawl::app
