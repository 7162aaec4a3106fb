// SPDX-License-Identifier: Apache-2.0
#include <pawl/port/sim/lossy_link.hpp>

namespace pawl {

LossyLink::LossyLink(const LinkFaults& faults, std::uint64_t seed, Clock& clock)
    : faults_(faults), chance_(seed), clock_(clock), first_(*this, back_, forth_), second_(*this, forth_, back_) {}

Status LossyLink::End::send(Bytes datagram, const Address& /*to*/) {
  if (closed_) return Error::connection_lost;
  if (link_.chance_.per_million(link_.faults_.loss)) {
    ++sent_.lost;
  } else {
    dispatch(datagram);
    if (link_.chance_.per_million(link_.faults_.duplication)) {
      ++sent_.duplicated;
      dispatch(datagram);
    }
  }
  ++sent_.sent;
  return {};
}

/// Puts a copy on its way.
void LossyLink::End::dispatch(Bytes datagram) {
  const LinkFaults& faults = link_.faults_;
  Chance& chance = link_.chance_;
  Copy copy{{datagram.begin(), datagram.end()}, address_, {}};
  if (chance.per_million(faults.corruption)) {
    const std::uint64_t bit = chance.below(copy.bytes.size() * 8);
    copy.bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    ++sent_.corrupted;
  }
  const Duration spread = faults.max_delay.ms > faults.min_delay.ms
                              ? milliseconds(chance.below(faults.max_delay.ms - faults.min_delay.ms + 1))
                              : Duration{};
  copy.due = link_.clock_.now() + faults.min_delay + spread;
  out_.emplace(sent_.sent, std::move(copy));
}

/// The copy that arrives next. It is the first to be due of those that overtake none by more than they may.
LossyLink::End::Lane::const_iterator LossyLink::End::next() const {
  if (in_.empty()) return in_.end();
  const std::uint64_t last = in_.begin()->first + link_.faults_.reordering;
  auto found = in_.begin();
  for (auto each = in_.begin(); each != in_.end() && each->first <= last; ++each) {
    if (each->second.due < found->second.due) found = each;
  }
  return found;
}

std::optional<Instant> LossyLink::End::next_arrival() const {
  const auto copy = next();
  return copy == in_.end() || closed_ ? std::nullopt : std::optional(copy->second.due);
}

Result<Received> LossyLink::End::receive(MutBytes buffer) {
  if (closed_) return Error::connection_lost;
  for (;;) {
    const auto copy = next();
    if (copy == in_.end() || copy->second.due > link_.clock_.now()) return Received{};
    auto taken = in_.extract(copy);
    End& sender = this == &link_.first_ ? link_.second_ : link_.first_;
    if (taken.key() < arrived_) ++sender.sent_.reordered;
    arrived_ = std::max(arrived_, taken.key());
    const Bytes bytes = taken.mapped().bytes;
    if (bytes.empty() || bytes.size() > buffer.size()) {
      ++counters_.dropped;
      continue;
    }
    pawl::copy(bytes, buffer);
    return Received{bytes.size(), taken.mapped().from};
  }
}

}  // namespace pawl
