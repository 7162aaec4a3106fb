// SPDX-License-Identifier: Apache-2.0
/// What a client may show as a ticket. The corpus has genuine ones, of which one is too old.
#include <algorithm>
#include <pawl/port/sim/seeded_random.hpp>
#include <pawl/ticket/ticket_keys.hpp>

#include "tests/fuzz/input.hpp"

namespace {

using namespace pawl;

constexpr std::uint64_t kNow = 1000;

/// The one key that the server has.
TicketKey the_key() {
  TicketKey key{.id = 1, .made = kNow};
  std::ranges::fill(key.secret.writable(), std::uint8_t{7});
  return key;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Bytes shown(data, size);
  SeededRandom random(1);
  TicketKeys keys(random);
  keys.add(the_key());
  Ticket ticket;
  if (!keys.open(shown, kNow, ticket).ok()) return 0;
  test::require(!ticket.user().empty() && kNow < ticket.not_after, "a ticket that is opened is good");
  // Sealed with the nonce that it has, it is the same again.
  ScriptedRandom nonce({shown.begin() + 4, shown.begin() + 16});
  TicketKeys again(nonce);
  again.add(the_key());
  ByteArray<TicketKeys::kMost> sealed{};
  const auto length = again.seal(ticket, kNow, sealed);
  test::require(length.ok() && std::ranges::equal(Bytes(sealed).first(length.value()), shown),
                "only what was sealed is opened");
  return 0;
}
