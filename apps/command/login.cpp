// SPDX-License-Identifier: Apache-2.0
#include "login.hpp"

#include <pawl/host/base/text.hpp>
#include <pawl/host/base/user_name.hpp>

#include "console/failure_text.hpp"
#include "console/server_report.hpp"
#include "derive.hpp"

namespace pawl::app {

Login::Login(const ConnectOptions& options, Reporter& reporter, TicketKeeper& tickets)
    : reporter_(reporter), password_file_(options.password_file), nstp_(options.nstp.chosen), user_(options.user) {
  if (options.credential) {
    stored_ = require(host::load_credential(*options.credential));
    if (stored_->exposed) reporter.warn(exposed_text(*options.credential));
    tickets.load(stored_->user, stored_->credential.mode);
    return;
  }
  const Bytes user = host::bytes_of(user_);
  require(host::check_user_name(user));
  if (nstp_) {
    warn_of_nstp(reporter);
    derive_nstp_psk(reporter, options.nstp, user, read_password(options.password_file, user_, Ask::once), nstp_psk_);
    return;
  }
  own_.user = user;
  own_.mode = options.mode;
  own_.pake = &blinds_;
  if (own_.mode == Mode::psk) {
    reporter.warn(
        "With mode psk, whoever records the handshake can guess at the password, as often as they like. "
        "Use mode pake unless you know that nobody listens.");
  }
  tickets.load(user_, own_.mode);
  // Later it would be a line that is to be sent.
  const bool first_of_input = password_file_ == "-";
  if (first_of_input || !tickets.ticket().usable()) password_ = read_password(password_file_, user_, Ask::once);
}

host::ClientIdentity Login::identity() const {
  if (nstp_) return {.user = user_, .way = host::Way::nstp};
  const Bytes user = credential().user;
  return {.user = std::string(user.begin(), user.end()), .kind = credential().kind, .mode = credential().mode};
}

host::FailureOr<const ClientCredential*> Login::derive(const DerivationWanted& wanted) {
  if (!password_) password_ = read_password(password_file_, user_, Ask::once);
  derive_credential(reporter_, own_.user, *password_, wanted.salt, wanted.iterations, own_.mode, own_);
  // The password has done its work, also for a second attempt.
  password_ = Password();
  return &own_;
}

}  // namespace pawl::app
