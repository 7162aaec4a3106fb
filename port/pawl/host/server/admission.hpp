// SPDX-License-Identifier: Apache-2.0
/// Whom the server lets try, and how often, by PROTOCOL.md 14.1 and 14.2. It knows no time but what it is given, and
/// its tables are bounded whatever arrives.
#pragma once

#include <pawl/base/bytes.hpp>
#include <pawl/base/time.hpp>
#include <pawl/host/server/half_open.hpp>
#include <pawl/host/server/limits.hpp>
#include <pawl/host/server/recent_table.hpp>
#include <pawl/wire/parameters.hpp>

namespace pawl::host {

/// Lets `rate` tokens a second pass, and at most that many at once.
class TokenBucket {
 public:
  explicit TokenBucket(std::uint32_t rate) : rate_(rate), level_(std::uint64_t{rate} * 1000) {}

  /// Takes `tokens`. If there are too few, it takes nothing and gives false.
  bool take(std::uint32_t tokens, Instant now);
  /// From now on it lets `rate` tokens a second pass.
  void set_rate(std::uint32_t rate, Instant now);
  /// How long it takes until there is a token.
  Duration wait(Instant now);
  /// Whether a quarter of what it can hold is gone.
  bool runs_low(Instant now);

 private:
  void fill(Instant now);

  std::uint64_t rate_;
  /// What it holds, in thousandths of a token.
  std::uint64_t level_;
  Instant filled_{};
};

/// Slows guessing down. Failures of a pair of user and source prefix make that pair wait, and failures of a source
/// prefix make the prefix wait. Nothing here stops a user who comes from elsewhere.
///
/// PROTOCOL.md 14.2 leaves open what the count of a prefix does. Here a prefix waits like a pair, but only after many
/// more failures, and one of them is forgiven each minute. A device behind a NAT that goes on with a wrong password is
/// slowed down by its own pair, to a failure in five minutes. Thus it never stops its neighbours, while somebody who
/// tries many users from one place is stopped.
class GuessTable {
 public:
  static constexpr std::size_t kEntries = 1024;

  /// The limits outlive it, and may change.
  explicit GuessTable(const Limits& limits) : limits_(limits) {}
  explicit GuessTable(Limits&&) = delete;

  /// How long a hello of this user from there has to wait. With 0 it may be tried now.
  Duration wait(Bytes user, const SourcePrefix& source, Instant now);
  /// The hello is let through. If its pair has failed before, the pair's wait begins anew, so that many connections at
  /// once give no more guesses than one.
  void attempt(Bytes user, const SourcePrefix& source, Instant now);
  /// Its ClientFinish was wrong. Users who do not exist count alike.
  void failed(Bytes user, const SourcePrefix& source, Instant now);
  void succeeded(Bytes user, const SourcePrefix& source);

 private:
  /// The start of a hash over source and user. For a source itself, the user is empty.
  using Key = ByteArray<16>;
  struct Failures {
    unsigned count = 0;
    Instant forgiven;
    Instant blocked_until;
  };

  static Key key(Bytes user, const SourcePrefix& source);
  Duration wait(const Key& key, Instant now);
  [[nodiscard]] Duration wait_after(unsigned failures, unsigned threshold) const;

  const Limits& limits_;
  RecentTable<Key, Failures> table_{kEntries};
};

/// The checks that a ClientHello has to pass before its user is looked up (PROTOCOL.md 8.1).
class Admission {
 public:
  /// The limits outlive it, and may change.
  explicit Admission(const Limits& limits)
      : limits_(limits), half_open_(limits), guesses_(limits), hellos_(limits.hellos) {}
  explicit Admission(Limits&&) = delete;

  /// Whether a hello may go on. It is 0 if so, or else the seconds to refuse it with. Nobody guesses a ticket, so one
  /// does not wait for guesses.
  std::uint16_t hello(Bytes user, Kind kind, Mode mode, const SourcePrefix& source, Instant now);

  /// Whether hellos in modes psk_ecdhe and pake are so many that only those whose address was shown should go on
  /// (14.1).
  bool exchanges_scarce(Instant now);

  HalfOpenLimit& half_open() { return half_open_; }
  GuessTable& guesses() { return guesses_; }

 private:
  bool affordable(Kind kind, const SourcePrefix& source, Instant now);

  const Limits& limits_;
  HalfOpenLimit half_open_;
  GuessTable guesses_;
  TokenBucket hellos_;
  RecentTable<SourcePrefix, TokenBucket> sources_{GuessTable::kEntries};
};

}  // namespace pawl::host
