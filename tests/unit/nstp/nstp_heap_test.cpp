// SPDX-License-Identifier: Apache-2.0
// A whole conversation over NSTP, from the password on, without a single call of the heap.
#include <gtest/gtest.h>

#include <pawl/crypto/backend.hpp>
#include <pawl/nstp/client.hpp>
#include <pawl/nstp/server.hpp>
#include <pawl/port/sim/seeded_random.hpp>

#include "tests/support/heap_trap.hpp"

namespace pawl::test::nstp_heap_test {
namespace {

constexpr auto kUser = ascii("alice");
constexpr auto kText = ascii("Hello server!");
constexpr Instant kNow{1'000'000};

/// One read gives `to` all that `from` sends.
void pass(nstp::Endpoint& from, nstp::Endpoint& to) {
  const Bytes bytes = from.outgoing();
  std::size_t taken = 0;
  while (taken < bytes.size() && to.outgoing().empty()) taken += to.receive(bytes.subspan(taken), kNow).value();
  from.sent(taken, kNow);
}

/// Whether the text went there and back.
bool talk() {
  nstp::PskDerivation derivation(ByteArray<8>{}, kUser, kUser, 10);
  nstp::Psk psk;
  bool good = derivation.step(10) && derivation.finish(psk).ok();
  SeededRandom random(1);
  ByteArray<512> client_rx{};
  ByteArray<512> client_tx{};
  ByteArray<512> server_rx{};
  ByteArray<512> server_text{};
  ByteArray<512> server_tx{};
  const nstp::ClientSettings client_settings{kUser, psk};
  const nstp::ServerSettings server_settings;
  nstp::Client client(client_settings, random, client_rx, client_tx);
  nstp::Server server(server_settings, random, server_rx, server_text, server_tx);
  good = good && client.start(kNow).ok() && server.start(kNow).ok();
  pass(client, server);
  good = good && std::holds_alternative<nstp::PskWanted>(server.next_event()) && server.provide(psk).ok();
  pass(server, client);
  pass(client, server);
  good = good && std::holds_alternative<nstp::Established>(server.next_event());
  pass(server, client);
  good = good && std::holds_alternative<nstp::Established>(client.next_event()) && client.send(kText, kNow).ok();
  pass(client, server);
  const nstp::Event message = server.next_event();
  good = good && std::holds_alternative<nstp::Message>(message) &&
         server.respond(std::get_if<nstp::Message>(&message)->text).ok();
  pass(server, client);
  const nstp::Event response = client.next_event();
  good = good && std::holds_alternative<nstp::Message>(response) &&
         std::ranges::equal(std::get_if<nstp::Message>(&response)->text, kText);
  client.close();
  server.end_of_stream(kNow);
  return good && client.is_over() && server.is_over();
}

TEST(NstpWithoutHeap, AWholeConversation) {
  if (crypto_backend().allocates) GTEST_SKIP() << "the crypto library takes memory for keys";
  bool good = false;
  unsigned calls = 0;
  {
    const HeapTrap trap;
    good = talk();
    calls = HeapTrap::calls();
  }
  EXPECT_TRUE(good);
  EXPECT_EQ(calls, 0U);
}

}  // namespace
}  // namespace pawl::test::nstp_heap_test
