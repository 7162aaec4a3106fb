// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include <pawl/host/server/half_open.hpp>

namespace pawl::host {

std::unique_ptr<HalfOpenLimit::Permit> HalfOpenLimit::enter(const SourcePrefix& source, Holder* holder) {
  const auto own = count_.find(source);
  const bool source_full = own != count_.end() && own->second >= limits_.half_open_per_source;
  if (source_full && !evict(&source)) return nullptr;
  if (permits_.size() >= limits_.half_open && !evict(nullptr)) return nullptr;
  std::unique_ptr<Permit> permit(new Permit(*this, source, holder));
  permit->position_ = permits_.insert(permits_.end(), permit.get());
  ++count_[source];
  return permit;
}

/// Evicts the oldest that can be evicted, of `source` or, if that is null, of all. False if there is none.
bool HalfOpenLimit::evict(const SourcePrefix* source) {
  const auto found = std::ranges::find_if(permits_, [&](const Permit* permit) {
    return permit->holder_ != nullptr && (source == nullptr || permit->source_ == *source);
  });
  if (found == permits_.end()) return false;
  Permit& permit = **found;
  permit.leave();
  std::exchange(permit.holder_, nullptr)->evict();
  return true;
}

void HalfOpenLimit::Permit::leave() {
  if (!std::exchange(taken_, false)) return;
  limit_.permits_.erase(position_);
  const auto count = limit_.count_.find(source_);
  if (--count->second == 0) limit_.count_.erase(count);
}

}  // namespace pawl::host
