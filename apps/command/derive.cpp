// SPDX-License-Identifier: Apache-2.0
#include "derive.hpp"

#include <pawl/handshake/p256.hpp>

#include "console/exit_code.hpp"
#include "console/progress.hpp"

namespace pawl::app {

const KeyExchange* exchange_of(Mode mode) {
  if (mode == Mode::pake) return &p256_pake;
  return &p256_exchange;
}

void derive_credential(Reporter& reporter, Bytes user, const Password& password, const Salt& salt,
                       std::uint32_t iterations, Mode mode, ClientCredential& credential) {
  constexpr std::uint32_t kStep = 10'000;
  PasswordDerivation derivation(user, password.bytes(), salt, iterations);
  ProgressBar bar(reporter, "Deriving the key", Unit::steps, iterations);
  while (!derivation.step(kStep)) bar.update(derivation.done());
  bar.finish();
  require(derivation.finish(mode, exchange_of(mode), credential));
}

}  // namespace pawl::app
