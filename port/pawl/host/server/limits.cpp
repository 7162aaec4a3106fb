// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include <pawl/host/server/limits.hpp>

namespace pawl::host {
namespace {

/// Half a second of work each second. The rest is for those who are connected.
constexpr std::uint32_t kBudgetUs = 500'000;

/// What a hello that counts once costs. The key flow's counts twice, and takes five multiplications with its proof.
std::uint32_t cost_us(const CryptoBackend& crypto) { return crypto.multiplication_us * 5 / 2; }

/// A limit as a file has it.
struct LimitField {
  const char* name;
  std::uint32_t Limits::*place;
  ConfigFile::Range range;
};

constexpr ConfigFile::Range kHandshakes{1, 1'000'000};

constexpr ConfigFile::Range kFailures{1, 10'000};
constexpr ConfigFile::Range kDay{1, Limits{}.lifetime};

constexpr std::array kFields = {
    LimitField{"half_open", &Limits::half_open, kHandshakes},
    LimitField{"half_open_per_source", &Limits::half_open_per_source, kHandshakes},
    LimitField{"hellos", &Limits::hellos, kHandshakes},
    LimitField{"hellos_per_source", &Limits::hellos_per_source, kHandshakes},
    LimitField{"failures", &Limits::failures, kFailures},
    LimitField{"failures_per_source", &Limits::failures_per_source, kFailures},
    LimitField{"forgiveness", &Limits::forgiveness, kDay},
    LimitField{"longest_wait", &Limits::longest_wait, {1, Limits{}.longest_wait}},
    LimitField{"sessions_per_user", &Limits::sessions_per_user, {1, 100'000}},
    LimitField{"lifetime", &Limits::lifetime, kDay},
    LimitField{"message_size", &Limits::message_size, {}},
    LimitField{"message_rate", &Limits::message_rate, {0, 1'000'000}},
};

}  // namespace

Limits default_limits(const CryptoBackend& crypto) {
  Limits limits;
  limits.hellos = kBudgetUs / cost_us(crypto);
  limits.hellos_per_source = limits.hellos / 4;
  return limits;
}

void read_limits(ConfigFile& file, Limits& limits) {
  for (const LimitField& each : kFields) {
    std::uint32_t& limit = limits.*each.place;
    limit = file.number("limits." + std::string(each.name), each.range).value_or(limit);
  }
}

}  // namespace pawl::host
