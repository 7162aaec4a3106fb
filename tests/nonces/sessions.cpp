// SPDX-License-Identifier: Apache-2.0
// Usage: sessions COUNT. Runs so many sessions to their ends, with small limits and many rekeys, prints what they did
// with keys and nonces, and fails if a (key, nonce) repeats, a direction bit is wrong or a counter passes its limit.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <random>

#include "tests/nonces/recorder.hpp"
#include "tests/support/end.hpp"

namespace pawl::test {
namespace {

constexpr std::uint32_t kNoSoftLimit = 1000;
constexpr unsigned kKinds = 10;

/// Whatever it does, it says beforehand who is at work.
class Talk {
 public:
  Talk(const Enrolled& user, unsigned number)
      : client_(user, 2 * number), server_(2 * number + 1), dice_(number), kind_(number % kKinds) {
    server_.users.push_back(&user);
    for (Settings* settings : {static_cast<Settings*>(&client_.settings), static_cast<Settings*>(&server_.settings)}) {
      settings->idle = 0;  // time passes in jumps
      if (kind_ == 1) settings->soft_record_limit = kNoSoftLimit;
      if (kind_ == 2) settings->soft_record_limit = 1;
    }
  }

  void run() {
    EXPECT_TRUE(server_.start(now_).ok());
    EXPECT_TRUE(client_.start(now_).ok());
    deliver();
    EXPECT_TRUE(client_.session().is_open() && server_.session().is_open());
    while (client_.session().is_open() && server_.session().is_open()) {
      step(dice_() % 2 == 0 ? Side::client : Side::server);
      deliver();
    }
  }

 private:
  End& end(Side side) {
    if (side == Side::client) return client_;
    return server_;
  }

  End& at_work(Side side) {
    uses.at_work = side;
    return end(side);
  }

  /// A message; in some sessions also a rekey, on request or because an hour passes.
  void step(Side side) {
    static_cast<void>(at_work(side).send(pattern(dice_() % 40), now_));
    if (kind_ != 0) return;
    if (dice_() % 3 == 0) static_cast<void>(at_work(side).session().rekey(now_));
    if (dice_() % 40 == 0) now_ = now_ + Config::kEpochAge;
  }

  void deliver() {
    bool moved = true;
    while (moved) {
      moved = false;
      for (const Side side : {Side::client, Side::server}) {
        at_work(side).run(now_);
        const Buffer bytes = end(side).take(now_);
        if (bytes.empty()) continue;
        at_work(side == Side::client ? Side::server : Side::client).give(bytes, now_);
        moved = true;
      }
    }
  }

  Client client_;
  Server server_;
  std::minstd_rand dice_;
  unsigned kind_;
  Instant now_{1'000'000};
};

bool report(unsigned count) {
  const Findings found = findings(uses);
  std::printf("sessions: %u, keys: %zu, sealed: %zu, opened: %zu, highest counter: %u\n", count, found.keys,
              found.sealed, found.opened, found.highest_counter);
  std::printf("(key, nonce) repeats: %zu\n", found.repeats);
  std::printf("opened under what nothing was sealed under: %zu\n", found.unmatched);
  std::printf("wrong direction bits: %zu\n", found.wrong_direction);
  return found.repeats == 0 && found.unmatched == 0 && found.wrong_direction == 0 &&
         found.highest_counter == Config::kHardRecordLimit - 1;
}

}  // namespace
}  // namespace pawl::test

int main(int argc, char** argv) {
  using namespace pawl::test;
  testing::InitGoogleTest(&argc, argv);
  const auto count = argc == 2 ? static_cast<unsigned>(std::atoi(argv[1])) : 0U;
  {
    // Each flow has its user. A session's own draws, and so its keys, come from its number.
    const std::array<Enrolled, 4> users{Enrolled(Account{kPasswordPsk}), Enrolled(Account{kPasswordEcdhe}),
                                        Enrolled(Account{kRawKeyPsk}), Enrolled(Account{kRawKeyEcdhe})};
    for (unsigned number = 0; number < count; ++number) Talk(users[number / kKinds % users.size()], number).run();
  }
  const bool good = report(count);
  return count > 0 && good && !testing::UnitTest::GetInstance()->Failed() ? 0 : 1;
}
