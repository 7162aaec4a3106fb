// SPDX-License-Identifier: Apache-2.0
#include "derive.hpp"

#include <pawl/host/base/exchange.hpp>

#include "console/exit_code.hpp"
#include "console/progress.hpp"

namespace pawl::app {

void derive_credential(Reporter& reporter, Bytes user, const Password& password, const Salt& salt,
                       std::uint32_t iterations, Mode mode, ClientCredential& credential) {
  constexpr std::uint32_t kStep = 10'000;
  PasswordDerivation derivation(user, password.bytes(), salt, iterations);
  ProgressBar bar(reporter, "Deriving the key", Unit::steps, iterations);
  while (!derivation.step(kStep)) bar.update(derivation.done());
  bar.finish();
  require(derivation.finish(mode, host::exchange_of(mode), credential));
}

}  // namespace pawl::app
