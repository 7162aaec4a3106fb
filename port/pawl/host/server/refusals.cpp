// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <pawl/base/config.hpp>
#include <pawl/host/server/refusals.hpp>
#include <pawl/wire/reject.hpp>

namespace pawl::host {

Refusals::Refused::Refused(Refusals& all, std::unique_ptr<Stream> stream, Instant until)
    : all_(all), stream_(std::move(stream)), until_(until), watch_(all.loop_, *this) {
  // A new stream has room for eight bytes. If it is dead already, there is nobody to tell.
  static_cast<void>(stream_->write(reject_frame({RejectCode::busy, 0})));
  stream_->shutdown();
  watch_.wait_for(stream_->fd(), Interest::read, until_);
}

/// Reads no more than a little at a time, because the peer may have much to say.
void Refusals::Refused::on_ready(Instant now) {
  ByteArray<512> nobody_reads_this{};
  if (now >= until_ || !stream_->read(nobody_reads_this).ok()) {
    all_.refused_.erase(position_);
  } else {
    watch_.wait_for(stream_->fd(), Interest::read, until_);
  }
}

void Refusals::refuse(std::unique_ptr<Stream> stream, Instant now) {
  if (refused_.size() == kMost) return;
  refused_.emplace_back(*this, std::move(stream), now + Config::kLinger);
  refused_.back().position_ = std::prev(refused_.end());
}

}  // namespace pawl::host
