// SPDX-License-Identifier: Apache-2.0
#include <pawl/handshake/responder.hpp>
#include <pawl/port/sim/seeded_random.hpp>

#include <pawl/host/store/toml_users.hpp>
#include "tests/fuzz/input_file.hpp"
#include "tests/fuzz/refusal.hpp"

namespace {

using namespace pawl;

constexpr auto kUser = ascii("alice");

/// A server takes a record that was found.
void use(const Enrolment& record) {
  const Decoy decoy(EnumerationKey(), 1);
  const ServerSettings settings(decoy);
  SeededRandom random(1);
  Handshake handshake(settings, random);
  handshake.user = kUser;
  test::require(enrolment_fits(handshake, record), "a record that was found can be used");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static test::InputFile file("alice.toml");
  static const host::TomlUsers users(file.directory());
  file.put(data, size);
  const auto found = users.find(kUser);
  // Of another user, or too large.
  if (!found.ok() && found.failure().kind == host::Failure::Kind::file_unfit) return 0;
  if (!test::accepted(host::Failure::Kind::file_malformed, found)) return 0;
  test::require(found.value() != nullptr, "an enrolment that is there is found");
  use(found.value()->enrolment);
  return 0;
}
