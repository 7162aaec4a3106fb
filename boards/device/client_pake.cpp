// SPDX-License-Identifier: Apache-2.0
// A device that is a client, in mode pake, and has no credential in its flash: at each start a person types its name
// and its password at the UART. It derives its credential when its server has named salt and iterations, and has
// forgotten the password by then. The credential is in RAM only; a device that is to know it after a power cut writes
// it to flash.
#include <board.hpp>
#include <pawl/handshake/p256.hpp>
#include <pawl/handshake/password.hpp>

#include "console.hpp"
#include "halt.hpp"
#include "sensor.hpp"

namespace {

/// What a person has typed. Its parts are wiped when they end.
struct Login {
  Login() {
    user_size = device::ask(pawl::ascii("\r\nName: "), device::Echo::on, user);
    password_size = device::ask(pawl::ascii("Password: "), device::Echo::off, password.writable());
  }
  [[nodiscard]] pawl::Bytes name() const { return pawl::Bytes(user).first(user_size); }

  pawl::ByteArray<64> user{};
  pawl::Secret<struct TypedTag, 64> password;
  std::size_t user_size = 0;
  std::size_t password_size = 0;
};

/// Takes minutes, in which the LED flickers. The password is gone afterwards.
pawl::Status derive(Login& login, const pawl::DerivationWanted& wanted, pawl::ClientCredential& credential) {
  constexpr std::uint32_t kStep = 256;  // a quarter of a second on a small part
  const pawl::Bytes password = pawl::Bytes(login.password.bytes()).first(login.password_size);
  pawl::PasswordDerivation derivation(login.name(), password, wanted.salt, wanted.iterations);
  pawl::wipe(login.password.writable());
  while (!derivation.step(kStep)) {
    board::set_led((derivation.done() & kStep) != 0);
    board::watchdog().feed();
  }
  board::set_led(false);
  return derivation.finish(pawl::Mode::pake, &pawl::p256_pake, credential);
}

/// Serves, until the password is needed once more: a server that has never accepted it has refused it, or has been told
/// another.
void serve(Login& login) {
  pawl::PakeBlinds blinds;
  pawl::ClientCredential credential;
  credential.user = login.name();
  credential.mode = pawl::Mode::pake;
  credential.pake = &blinds;
  pawl::ClientSettings settings(pawl::password_initiator, credential);
  settings.exchange = &pawl::p256_pake;
  settings.max_rx = pawl::ClientLink::kMaxRx;
  settings.idle = 9;  // seconds until it gives a silent server up
  device::Sensor sensor(settings);
  bool accepted = false;
  for (;;) {
    const pawl::Event event = sensor.serve();
    if (const auto* wanted = std::get_if<pawl::DerivationWanted>(&event)) {
      if (!derive(login, *wanted, credential).ok()) device::halt();
      // Too late for this attempt; the next one has the credential from the start.
      static_cast<void>(sensor.provide(credential));
    }
    if (std::holds_alternative<pawl::Established>(event)) accepted = true;
    const auto* closed = std::get_if<pawl::Closed>(&event);
    if (closed == nullptr) continue;
    if (closed->error == pawl::Error::credential_stale) return;
    if (closed->error == pawl::Error::authentication_failed && !accepted) return;
  }
}

}  // namespace

int main() {
  board::start();
  for (;;) {
    Login login;
    device::say(pawl::ascii("Now connect `pawl serve --serial` to this line.\r\n"));
    serve(login);
    device::say(pawl::ascii("\r\nThe server does not accept this name and password.\r\n"));
  }
}
