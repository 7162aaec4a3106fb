// SPDX-License-Identifier: Apache-2.0
#include <pawl/handshake/responder.hpp>
#include <pawl/port/sim/seeded_random.hpp>

#include "apps/record_store.hpp"
#include "tests/fuzz/input_file.hpp"
#include "tests/fuzz/refusal.hpp"

namespace {

using namespace pawl;

constexpr auto kUser = ascii("alice");

/// A server takes a record that was found.
void use(const ServerRecord& record) {
  const Decoy decoy(EnumerationKey(), 1);
  const ServerSettings settings(decoy);
  SeededRandom random(1);
  Handshake handshake(settings, random);
  handshake.user = kUser;
  test::require(record_fits(handshake, record), "a record that was found can be used");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static test::InputFile file("alice.toml");
  static const app::RecordStore store(file.directory());
  file.put(data, size);
  std::unique_ptr<app::StoredRecord> stored;
  if (!test::accepted(app::ExitCode::io, [&] { stored = store.find(kUser); })) return 0;
  test::require(stored != nullptr, "a record that is there is found");
  use(stored->record);
  return 0;
}
