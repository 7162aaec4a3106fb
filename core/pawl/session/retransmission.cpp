// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/session/retransmission.hpp>

namespace pawl {
namespace {

constexpr ByteArray<7> kWaits{1, 1, 2, 3, 4, 5, 6};
/// A byte of jitter stretches a wait to between 3/4 and just under 5/4.
constexpr std::uint32_t kLeast = 384;
constexpr std::uint32_t kWhole = 512;

}  // namespace

Retransmission::Retransmission(Instant now, std::span<const std::uint8_t, 7> jitter)
    : give_up_(now + Config::kClientHandshake) {
  copy(jitter, jitter_);
  schedule(now);
}

void Retransmission::schedule(Instant now) {
  if (times_ == kWaits.size()) {
    next_ = give_up_;
    return;
  }
  next_ = now + milliseconds(kWaits[times_] * 1000U * (kLeast + jitter_[times_]) / kWhole);
}

void Retransmission::cease(Instant now, Duration wait) {
  times_ = kWaits.size();
  give_up_ = std::min(give_up_, now + wait);
  next_ = give_up_;
}

bool Retransmission::due(Instant now) {
  if (now < next_ || times_ == kWaits.size() || exhausted(now)) return false;
  ++times_;
  schedule(now);
  return true;
}

}  // namespace pawl
