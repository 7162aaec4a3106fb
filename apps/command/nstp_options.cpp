// SPDX-License-Identifier: Apache-2.0
#include "nstp_options.hpp"

#include <pawl/host/base/hex.hpp>
#include <pawl/host/base/text.hpp>

#include "console/exit_code.hpp"
#include "console/progress.hpp"

namespace pawl::app {

std::optional<std::vector<std::uint8_t>> parse_device_salt(const std::string& text) {
  std::vector<std::uint8_t> salt(text.size() / 2);
  const bool good =
      salt.size() >= nstp::kMinDeviceSalt && salt.size() <= nstp::kMaxDeviceSalt && host::from_hex(text, salt);
  return good ? std::optional(std::move(salt)) : std::nullopt;
}

std::vector<std::uint8_t> device_salt_of(const NstpOptions& options) {
  auto salt = parse_device_salt(options.device_salt);
  if (salt) return *std::move(salt);
  throw AppError(ExitCode::usage, "'" + host::printable(host::bytes_of(options.device_salt)) +
                                      "' is no device salt. Give 8 to 16 bytes as lower-case hexadecimal digits, as "
                                      "in the other program.");
}

void derive_nstp_psk(Reporter& reporter, const NstpOptions& options, Bytes user, const Password& password,
                     nstp::Psk& psk) {
  constexpr std::uint32_t kStep = 10'000;
  nstp::PskDerivation derivation(device_salt_of(options), user, password.bytes());
  ProgressBar bar(reporter, "Deriving the key", Unit::steps, derivation.total());
  while (!derivation.step(kStep)) bar.update(derivation.done());
  bar.finish();
  require(derivation.finish(psk));
}

void warn_of_nstp(Reporter& reporter) {
  reporter.warn(
      "NSTP protects less than Pawl. Whoever records a connection can guess at the password offline, and who learns it "
      "later reads all that was recorded: there is no forward secrecy. Programs other than this one take a reflected "
      "message for a genuine one, and nobody can tell a cut line from an end. Use a password that serves nothing else. "
      "See SECURITY.md, \"NSTP\".");
}

}  // namespace pawl::app
