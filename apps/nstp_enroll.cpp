// SPDX-License-Identifier: Apache-2.0
#include "nstp_enroll.hpp"

#include "file_error.hpp"
#include "nstp_record.hpp"
#include "progress.hpp"
#include "user_name.hpp"

namespace pawl::app {

void derive_nstp_psk(const Reporter& reporter, const NstpOptions& options, Bytes user, const Password& password,
                     nstp::Psk& psk) {
  constexpr std::uint32_t kStep = 10'000;
  nstp::PskDerivation derivation(device_salt_of(options), user, password.bytes());
  ProgressBar bar(reporter, "Deriving the key", Unit::steps, derivation.total());
  while (!derivation.step(kStep)) bar.update(derivation.done());
  bar.finish();
  require(derivation.finish(psk));
}

ExitCode enroll_nstp(const NstpEnrollOptions& options, Reporter& reporter) {
  const Bytes user = bytes_of(options.user);
  check_user_name(user);
  const NstpRecordStore store(options.records, device_salt_of(options.nstp));
  const std::filesystem::path path = store.path_of(user);
  warn_of_nstp(reporter);
  NstpRecord record;
  record.user = options.user;
  derive_nstp_psk(reporter, options.nstp, user, read_password(options.password_file, options.user, Ask::twice),
                  record.psk);
  store.save(record);
  const std::string name = printable(user);
  reporter.event("enrolled", {{"user", name}, {"kind", "nstp"}, {"record", path.native()}},
                 "Enrolled " + name + " for NSTP.\n  " + quoted(path) + " is the server's record. Keep it there.\n" +
                     "Next, on the server:  pawl serve --nstp --records " +
                     quoted(std::filesystem::path(options.records)) + "\n" +
                     "then, on the client:  pawl connect SERVER --nstp --user " + name);
  return ExitCode::ok;
}

}  // namespace pawl::app
