// SPDX-License-Identifier: Apache-2.0
/// Whom the server lets try, and how often: PROTOCOL.md 14.1 and 14.2. It keeps its own time only in what
/// it is given, and its tables are bounded whatever arrives.
#pragma once

#include <map>
#include <memory>
#include <pawl/base/bytes.hpp>
#include <pawl/base/time.hpp>
#include <pawl/wire/parameters.hpp>

#include "limits.hpp"
#include "recent_table.hpp"

namespace pawl::app {

/// Sessions that one user may have at a time; beyond it, the one idle longest is closed.
inline constexpr std::size_t kSessionsPerUser = 8;
/// Connections that are accepted before those that are there have their turn.
inline constexpr int kAcceptsPerRound = 16;
/// How long none is accepted after the system could not.
inline constexpr Duration kAcceptPause = seconds(1);

/// Where a connection comes from as far as limits go: PeerAddress::prefix.
using SourcePrefix = ByteArray<9>;

/// Handshakes that have begun and not ended, in all and per source prefix. A connection counts from the moment it is
/// accepted, because one that says nothing takes a place as well.
class HalfOpenLimit {
 public:
  /// One of the places, given back at its end. The limit outlives it.
  class Place {
   public:
    Place(HalfOpenLimit& limit, const SourcePrefix& source) : limit_(limit), source_(source) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() { limit_.leave(source_); }

   private:
    HalfOpenLimit& limit_;
    SourcePrefix source_;
  };

  explicit HalfOpenLimit(const Limits& limits) : in_all_(limits.half_open), per_source_(limits.half_open_per_source) {}
  HalfOpenLimit(const HalfOpenLimit&) = delete;
  HalfOpenLimit& operator=(const HalfOpenLimit&) = delete;
  ~HalfOpenLimit() = default;

  /// Null if there is no place.
  std::unique_ptr<Place> enter(const SourcePrefix& source);

 private:
  void leave(const SourcePrefix& source);

  std::size_t in_all_;
  std::size_t per_source_;
  std::map<SourcePrefix, std::size_t> places_;
  std::size_t taken_ = 0;
};

/// Lets `rate` tokens a second pass, and at most that many at once.
class TokenBucket {
 public:
  explicit TokenBucket(std::uint32_t rate) : rate_(rate), level_(std::uint64_t{rate} * 1000) {}

  /// Takes `tokens`, or nothing and gives false.
  bool take(std::uint32_t tokens, Instant now);
  /// Whether a quarter of what it can hold is gone.
  bool runs_low(Instant now);

 private:
  void fill(Instant now);

  std::uint64_t rate_;
  /// In thousandths of a token.
  std::uint64_t level_;
  Instant filled_;
};

/// Slows guessing down: failures of a (user, source prefix), and of a source prefix, make them wait. Nothing here stops
/// a user who comes from elsewhere.
///
/// PROTOCOL.md 14.2 leaves open what the count of a prefix does. Here a prefix waits like a pair, but from the 32nd
/// failure on, and one failure is forgiven each minute: a device behind a NAT that goes on with a wrong password, which
/// its own pair slows down to a failure in five minutes, thus never stops its neighbours, while somebody who tries many
/// users from one place is stopped.
class GuessTable {
 public:
  static constexpr std::size_t kEntries = 1024;
  static constexpr unsigned kPairThreshold = 3;
  static constexpr unsigned kSourceThreshold = 32;
  static constexpr Duration kForgiveness = seconds(60);
  static constexpr Duration kLongestWait = seconds(300);

  /// How long a hello of this user from there has to wait; none: it may be tried now.
  Duration wait(Bytes user, const SourcePrefix& source, Instant now);
  /// The hello is let through. If its pair has failed before, the pair's wait begins anew: many connections at once
  /// give no more guesses than one.
  void attempt(Bytes user, const SourcePrefix& source, Instant now);
  /// Its ClientFinish was wrong. Users who do not exist count alike.
  void failed(Bytes user, const SourcePrefix& source, Instant now);
  void succeeded(Bytes user, const SourcePrefix& source);

 private:
  /// The start of a hash over source and user; for a source itself, the user is empty.
  using Key = ByteArray<16>;
  struct Failures {
    unsigned count = 0;
    Instant forgiven;
    Instant blocked_until;
  };

  static Key key(Bytes user, const SourcePrefix& source);
  Duration wait(const Key& key, Instant now);

  RecentTable<Key, Failures> table_{kEntries};
};

/// The checks that a ClientHello has to pass before its user is looked up (PROTOCOL.md 8.1).
class Admission {
 public:
  explicit Admission(const Limits& limits)
      : half_open_(limits), hellos_(limits.hellos), hellos_per_source_(limits.hellos_per_source) {}

  /// Whether a hello may go on: 0, or the seconds to refuse it with.
  std::uint16_t hello(Bytes user, Kind kind, Mode mode, const SourcePrefix& source, Instant now);

  /// Whether hellos in modes psk_ecdhe and pake are so many that only those whose address was shown should go on
  /// (14.1).
  bool exchanges_scarce(Instant now) { return hellos_.runs_low(now); }

  HalfOpenLimit& half_open() { return half_open_; }
  GuessTable& guesses() { return guesses_; }

 private:
  bool affordable(Kind kind, const SourcePrefix& source, Instant now);

  HalfOpenLimit half_open_;
  GuessTable guesses_;
  TokenBucket hellos_;
  std::uint32_t hellos_per_source_;
  RecentTable<SourcePrefix, TokenBucket> sources_{GuessTable::kEntries};
};

}  // namespace pawl::app
