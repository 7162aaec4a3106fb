// SPDX-License-Identifier: Apache-2.0
#include "tests/nonces/recorder.hpp"

#include <tuple>

namespace pawl::test {
namespace {

bool less(const Use& a, const Use& b) { return std::tie(a.key, a.nonce) < std::tie(b.key, b.nonce); }
bool same(const Use& a, const Use& b) { return std::tie(a.key, a.nonce) == std::tie(b.key, b.nonce); }

std::size_t repeats(const std::vector<Use>& sorted) {
  std::size_t count = 0;
  for (std::size_t i = 1; i < sorted.size(); ++i) count += same(sorted[i - 1], sorted[i]) ? 1U : 0U;
  return count;
}

/// The bit is 1 from server to client.
std::size_t wrong_direction(const std::vector<Use>& list, Side server_to_client) {
  const auto wrong = std::count_if(
      list.begin(), list.end(), [&](const Use& use) { return (use.nonce[0] >= 0x80) != (use.by == server_to_client); });
  return static_cast<std::size_t>(wrong);
}

std::uint32_t counter(const Use& use) {
  std::uint32_t value = 0;
  for (const std::uint8_t byte : Bytes(use.nonce).last<4>()) value = value << 8U | byte;
  return value;
}

}  // namespace

Uses uses;

Findings findings(Uses& all) {
  Findings found;
  std::sort(all.sealed.begin(), all.sealed.end(), less);
  std::sort(all.opened.begin(), all.opened.end(), less);
  found.sealed = all.sealed.size();
  found.opened = all.opened.size();
  for (std::size_t i = 0; i < all.sealed.size(); ++i) {
    if (i == 0 || all.sealed[i].key != all.sealed[i - 1].key) ++found.keys;
    found.highest_counter = std::max(found.highest_counter, counter(all.sealed[i]));
  }
  found.repeats = repeats(all.sealed) + repeats(all.opened);
  for (const Use& use : all.opened) {
    if (!std::binary_search(all.sealed.begin(), all.sealed.end(), use, less)) ++found.unmatched;
  }
  found.wrong_direction = wrong_direction(all.sealed, Side::server) + wrong_direction(all.opened, Side::client);
  return found;
}

}  // namespace pawl::test
