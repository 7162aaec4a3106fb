// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include <pawl/host/server/limits.hpp>
#include <pawl/host/store/toml_file.hpp>

namespace pawl::host {
namespace {

constexpr std::string_view kFormat = "pawl server settings 1";

/// Half a second of work each second. The rest is for those who are connected.
constexpr std::uint32_t kBudgetUs = 500'000;

/// The greatest value of any of them.
constexpr std::uint32_t kMost = 1'000'000;

/// What a hello that counts once costs. The key flow's counts twice, and takes five multiplications with its proof.
std::uint32_t cost_us(const CryptoBackend& crypto) { return crypto.multiplication_us * 5 / 2; }

constexpr std::array<std::pair<std::string_view, std::uint32_t Limits::*>, 4> kFields{{
    {"half_open", &Limits::half_open},
    {"half_open_per_source", &Limits::half_open_per_source},
    {"hellos", &Limits::hellos},
    {"hellos_per_source", &Limits::hellos_per_source},
}};

}  // namespace

Limits default_limits(const CryptoBackend& crypto) {
  Limits limits;
  limits.hellos = kBudgetUs / cost_us(crypto);
  limits.hellos_per_source = limits.hellos / 4;
  return limits;
}

FailureOr<Limits> read_limits(const std::filesystem::path& path, Limits limits) {
  const auto file = read_private_file(path);
  if (!file.ok()) return file.failure();
  if (!file.value()) return file_failure(Failure::Kind::file_read, path, ENOENT);
  TomlReader toml(path, file.value()->text.bytes(), {kFormat});
  std::size_t known = 1;  // The format is one of them.
  for (const auto& [name, field] : kFields) {
    if (!toml.has(name)) continue;
    limits.*field = toml.number(name);
    if (limits.*field == 0 || limits.*field > kMost) toml.fail(std::string(name) + " must be from 1 to 1000000");
    ++known;
  }
  if (toml.size() != known) toml.fail("it has a field that is none of the server's settings");
  PAWL_HOST_TRY(toml.done());
  return limits;
}

}  // namespace pawl::host
