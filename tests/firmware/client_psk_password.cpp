// SPDX-License-Identifier: Apache-2.0
// A client with a password in mode psk, which it derives in steps: neither a curve nor a server's side is in its image.
#include "client.hpp"

namespace {

constexpr auto kPassword = pawl::ascii("correct horse battery staple");
/// A step is some 10 ms on a part of 50 MHz: time to feed a watchdog.
constexpr std::uint32_t kIterationsPerStep = 100;

class PasswordDeriver final : public firmware::Deriver {
 public:
  pawl::Status derive(const pawl::DerivationWanted& wanted, pawl::Session& session) override {
    pawl::PasswordDerivation derivation(firmware::kUser, kPassword, wanted.salt, wanted.iterations);
    while (!derivation.step(kIterationsPerStep)) {
    }
    PAWL_TRY(derivation.finish(pawl::Mode::psk, nullptr, derived_));
    return session.provide(derived_, firmware::now());
  }

 private:
  pawl::ClientCredential derived_;
};

}  // namespace

int main() {
  pawl::ClientCredential credential;
  credential.user = firmware::kUser;
  credential.mode = pawl::Mode::psk;
  pawl::ClientSettings settings(pawl::password_initiator, credential);
  // The real number takes a device minutes: it derives once and stores the result. Here a few show that it works.
  settings.iterations_floor = 1;
  PasswordDeriver deriver;
  firmware::run(settings, &deriver);
}
