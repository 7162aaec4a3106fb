// SPDX-License-Identifier: Apache-2.0
/// Every limit of the core that is not fixed by the wire. An application that wants others compiles the core and itself
/// with -DPAWL_CONFIG_HEADER="<my_config.hpp>", which defines pawl::Config, derived from DefaultConfig, with the
/// members it replaces.
#pragma once

#include <pawl/base/time.hpp>

namespace pawl {

/// The limits of a core that was not compiled with others.
struct DefaultConfig {
  // What a client accepts for a password's iterations, unless its settings say otherwise (PROTOCOL.md 3).
  static constexpr std::uint32_t kIterationsFloor = 600'000;
  static constexpr std::uint32_t kIterationsCeiling = 4'000'000;

  // How many records an epoch has before its sender moves on, how many it has at the very most, and how old it may
  // become (PROTOCOL.md 10).
  static constexpr std::uint32_t kSoftRecordLimit = 1U << 22;
  static constexpr std::uint32_t kHardRecordLimit = 1U << 24;
  static constexpr std::uint32_t kLastEpoch = 0xFFFF'FFFF;
  static constexpr Duration kEpochAge = seconds(3600);

  // Ages and time-outs (PROTOCOL.md 10, 11.1 and 11.2).
  static constexpr Duration kSessionLifetime = seconds(24 * 3600);
  static constexpr Duration kClientHandshake = seconds(31);
  /// How long a client over datagrams that was refused waits for an answer that is better.
  static constexpr Duration kRefusedWait = seconds(3);
  static constexpr Duration kTicketRefusedWait = seconds(1);
  static constexpr Duration kServerFirstByte = seconds(10);
  static constexpr Duration kServerHandshake = seconds(30);
  static constexpr Duration kCloseWait = seconds(5);
  static constexpr Duration kLinger = seconds(1);
  // A client whose derivation takes longer loses its server. Its next attempt has the derived credential (PROTOCOL.md
  // 13.1).
  static constexpr Duration kSlowDerivation = seconds(20);

  // For datagrams, how long what may still be asked for again is kept, and how often what has no answer is repeated
  // (PROTOCOL.md 10, 11 and 13).
  static constexpr Duration kPreviousEpoch = seconds(60);
  static constexpr Duration kPingRepeat = seconds(1);
  static constexpr Duration kPongPause = milliseconds(100);
  static constexpr Duration kCloseRepeat = seconds(1);
  static constexpr Duration kFirstRecord = seconds(35);
  static constexpr Duration kHalfOpen = seconds(35);
  static constexpr Duration kHalfOpenInAll = seconds(70);
  static constexpr Duration kFinishKept = seconds(60);
  static constexpr Duration kPathCheck = seconds(5);
  static constexpr Duration kCookieLife = seconds(10);
  static constexpr Duration kCookieKeyLife = seconds(120);

  // How many messages a client sends at the very most, one for each value of the counter (NSTP.md 4).
  static constexpr std::uint64_t kNstpMessages = 1ULL << 32;
};

}  // namespace pawl

#ifdef PAWL_CONFIG_HEADER
#include PAWL_CONFIG_HEADER
#else
namespace pawl {
struct Config : DefaultConfig {};
}  // namespace pawl
#endif

namespace pawl {

static_assert(Config::kIterationsFloor >= 1 && Config::kIterationsFloor <= Config::kIterationsCeiling);
static_assert(Config::kSoftRecordLimit >= 1 && Config::kSoftRecordLimit <= (1U << 22),
              "PROTOCOL.md 10: may be lower, not higher");
static_assert(Config::kHardRecordLimit <= (1U << 24) && Config::kSoftRecordLimit < Config::kHardRecordLimit);
static_assert(Config::kNstpMessages <= 1ULL << 32, "NSTP.md 4: the counter has four bytes");
static_assert(Config::kSlowDerivation < Config::kServerHandshake && Config::kSlowDerivation < Config::kClientHandshake);

}  // namespace pawl
