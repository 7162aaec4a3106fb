// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include <pawl/host/server/half_open.hpp>

namespace pawl::host {

std::unique_ptr<HalfOpenLimit::Place> HalfOpenLimit::enter(const SourcePrefix& source, Holder* holder) {
  const auto own = count_.find(source);
  const bool source_full = own != count_.end() && own->second >= per_source_;
  if (source_full && !evict(&source)) return nullptr;
  if (places_.size() >= in_all_ && !evict(nullptr)) return nullptr;
  std::unique_ptr<Place> place(new Place(*this, source, holder));
  place->position_ = places_.insert(places_.end(), place.get());
  ++count_[source];
  return place;
}

/// Evicts the oldest that can be evicted, of `source` or, if that is null, of all. False if there is none.
bool HalfOpenLimit::evict(const SourcePrefix* source) {
  const auto found = std::ranges::find_if(places_, [&](const Place* place) {
    return place->holder_ != nullptr && (source == nullptr || place->source_ == *source);
  });
  if (found == places_.end()) return false;
  Place& place = **found;
  place.leave();
  std::exchange(place.holder_, nullptr)->evict();
  return true;
}

void HalfOpenLimit::Place::leave() {
  if (!std::exchange(taken_, false)) return;
  limit_.places_.erase(position_);
  const auto count = limit_.count_.find(source_);
  if (--count->second == 0) limit_.count_.erase(count);
}

}  // namespace pawl::host
