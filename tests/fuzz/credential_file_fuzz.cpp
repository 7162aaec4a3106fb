// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/store/credential_file.hpp>

#include <pawl/handshake/key.hpp>
#include <pawl/handshake/password.hpp>
#include <pawl/port/sim/seeded_random.hpp>
#include <pawl/session/session.hpp>

#include "tests/fuzz/input_file.hpp"
#include "tests/fuzz/refusal.hpp"
#include "tests/support/remembered_exchange.hpp"

namespace {

using namespace pawl;

/// A session takes a credential that was read.
void use(const ClientCredential& credential) {
  ClientSettings settings(credential.kind == Kind::password ? password_initiator : key_initiator, credential);
  settings.exchange = test::remembered(credential.mode);
  SeededRandom random(1);
  StaticSession<kMinBuffer> session(settings, random);
  test::require(session.start(Instant{}).ok(), "a credential that was read can be used");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static test::InputFile file("credential.toml");
  file.put(data, size);
  const auto loaded = host::load_credential(file.path());
  if (!loaded.ok() && loaded.failure().kind == host::Failure::Kind::file_unfit) return 0;  // too large
  if (!test::accepted(host::Failure::Kind::file_malformed, loaded)) return 0;
  use(loaded.value()->credential);
  return 0;
}
