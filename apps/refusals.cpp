// SPDX-License-Identifier: Apache-2.0
#include "refusals.hpp"

#include <pawl/base/config.hpp>
#include <pawl/wire/reject.hpp>
#include <utility>

namespace pawl::app {
namespace {

/// Whether the connection is over. Reads no more than a little at a time: it may have much to say.
bool discard(TcpTransport& transport) {
  ByteArray<512> nobody_reads_this{};
  return !transport.read(nobody_reads_this).ok();
}

}  // namespace

void Refusals::refuse(TcpConnection&& connection, Instant now) {
  if (refused_.size() == kMost) return;
  Refused& refused = refused_.emplace_back(Refused{TcpTransport(std::move(connection.socket)), now + Config::kLinger});
  // A new socket has room for eight bytes. If it is dead already, there is nobody to tell.
  static_cast<void>(refused.transport.write(reject_frame({RejectCode::busy, 0})));
  refused.transport.shutdown();
}

std::optional<Instant> Refusals::wait_for(PollSet& polls) {
  for (Refused& each : refused_) each.place = polls.add(each.transport.fd(), POLLIN);
  return refused_.empty() ? std::nullopt : std::optional(refused_.front().until);
}

void Refusals::step(const PollSet& polls, Instant now) {
  refused_.remove_if(
      [&](Refused& each) { return now >= each.until || (polls.ready(each.place) && discard(each.transport)); });
}

}  // namespace pawl::app
