// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include <pawl/base/random.hpp>
#include <pawl/host/base/time_of_day.hpp>
#include <pawl/host/store/ticket_key_store.hpp>

namespace pawl::host::test {

/// A time of day that stands still until a test sets it.
class TimeByHand final : public TimeOfDay {
 public:
  std::uint64_t seconds() override { return now; }

  std::uint64_t now = 1'700'000'000;
};

/// Keeps keys in memory, outside of any server.
class KeptTicketKeys final : public TicketKeyStore {
 public:
  explicit KeptTicketKeys(Random& random) : keys(random), random_(random) {}

  [[nodiscard]] FailureOr<> take_up(TicketKeys& server, std::uint64_t now) const override {
    ++looks;
    if (failure) return *failure;
    const bool made = !keys.key_due(now) || keys.make_key(now).ok();
    EXPECT_TRUE(made);
    TicketKeys copies(random_);
    for (std::size_t i = keys.keys().size(); i > 0; --i) {
      const TicketKey& key = keys.keys()[i - 1];
      copies.add({key.id, key.made, key.sealed, AesKey(key.secret.bytes())});
    }
    server.take_over(std::move(copies));
    return {};
  }

  mutable TicketKeys keys;
  mutable int looks = 0;
  /// If set, the store is of no use.
  std::optional<Failure> failure;

 private:
  Random& random_;
};

}  // namespace pawl::host::test
