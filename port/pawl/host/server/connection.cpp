// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <pawl/host/server/connection.hpp>

namespace pawl::host {

Connection::Connection(ServerContext& context, Way way, Arrival&& arrival)
    : Peer(context, PeerIdentity{.address = std::move(arrival.accepted.peer), .way = way}, arrival.now),
      owner_(arrival.owner),
      stream_(std::move(arrival.accepted.stream)),
      permit_(std::move(arrival.permit)) {}

void Connection::step(Instant now) {
  woken_ = false;
  stepping_ = true;
  work(now);
  stepping_ = false;
}

/// Whoever calls from within a step finds it going on.
void Connection::wake() {
  if (stepping_) return;
  woken_ = true;
  owner_.settle();
}

void Connection::evict() {
  report_evicted();
  stream_->close();
  finished_ = true;
}

}  // namespace pawl::host
