// SPDX-License-Identifier: Apache-2.0
// Usage: datagrams COUNT. Runs so many sessions over datagrams, with small limits, many changes of epoch and a link
// that loses, repeats and reorders, prints what they did with keys and nonces, and fails if a (key, nonce) sealed twice
// or opened twice, a direction bit is wrong, or a counter passes its limit.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <random>

#include "tests/nonces/recorder.hpp"
#include "tests/support/datagram_pair.hpp"

namespace pawl::test {
namespace {

constexpr int kMessages = 60;

LinkFaults bad_weather() {
  LinkFaults faults;
  faults.loss = 150'000;
  faults.duplication = 150'000;
  faults.max_delay = milliseconds(80);
  faults.reordering = 64;
  return faults;
}

void run(const Account& account, unsigned number) {
  DatagramPair pair(account, bad_weather(), number + 1);
  pair.client_settings.iterations_floor = account.iterations;
  pair.client_settings.idle = pair.server_settings.idle = 60;
  pair.at_work = [](Side side) { uses.at_work = side; };
  if (!pair.open(seconds(70))) return;  // the weather was too bad
  std::minstd_rand dice(number + 1);
  const std::size_t place = pair.open_place();
  for (int i = 0; i < kMessages; ++i) {
    uses.at_work = Side::client;
    static_cast<void>(pair.client().send(pattern(dice() % 40), pair.now()));
    if (dice() % 8 == 0) static_cast<void>(pair.client().rekey(pair.now()));
    uses.at_work = Side::server;
    static_cast<void>(pair.server().session(place).send(pattern(dice() % 40), pair.now()));
    pair.pass(milliseconds(dice() % 200));
  }
  uses.at_work = Side::client;
  pair.client().close(pair.now());
  pair.pass(seconds(10));
}

bool report(unsigned count) {
  const Findings found = findings(uses);
  std::printf("sessions over datagrams: %u, keys: %zu, sealed: %zu, tried to open: %zu, highest counter: %u\n", count,
              found.keys, found.sealed, found.opened, found.highest_counter);
  std::printf("(key, nonce) repeats: %zu\n", found.repeats);
  std::printf("opened under what nothing was sealed under: %zu\n", found.unmatched);
  std::printf("wrong direction bits: %zu\n", found.wrong_direction);
  return found.repeats == 0 && found.unmatched == 0 && found.wrong_direction == 0 &&
         found.highest_counter < Config::kHardRecordLimit;
}

}  // namespace
}  // namespace pawl::test

int main(int argc, char** argv) {
  using namespace pawl::test;
  testing::InitGoogleTest(&argc, argv);
  const auto count = argc == 2 ? static_cast<unsigned>(std::atoi(argv[1])) : 0U;
  std::array<Account, 2> accounts{Account{kPasswordPsk}, Account{kRawKeyPsk}};
  for (Account& account : accounts) account.iterations = 1;
  for (unsigned number = 0; number < count; ++number) run(accounts[number % accounts.size()], number);
  const bool good = report(count);
  return count > 0 && good && !testing::UnitTest::GetInstance()->Failed() ? 0 : 1;
}
