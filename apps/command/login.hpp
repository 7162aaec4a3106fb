// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <pawl/host/client/login.hpp>
#include <pawl/host/client/observer.hpp>
#include <pawl/host/store/credential_file.hpp>
#include <pawl/nstp/client.hpp>
#include <pawl/session/event.hpp>

#include "connect.hpp"
#include "console/password.hpp"
#include "ticket_keeper.hpp"

namespace pawl::app {

/// As whom a client logs in. That is by a stored credential, or by a user and a password, from which the credential is
/// derived when the server has named the salt. Over NSTP it is by a key that is derived before the client connects.
class Login final : public host::ClientLogin {
 public:
  /// Reads the credential, or asks for the password. With a ticket, which it takes from `tickets`, the password is
  /// asked for when it turns out to be needed, unless it is the first line of standard input. AppError.
  Login(const ConnectOptions& options, Reporter& reporter, TicketKeeper& tickets);
  Login(const Login&) = delete;
  Login& operator=(const Login&) = delete;
  ~Login() = default;

  [[nodiscard]] const ClientCredential& credential() const override { return stored_ ? stored_->credential : own_; }
  /// The key with --nstp.
  [[nodiscard]] const nstp::Psk& nstp_psk() const { return nstp_psk_; }
  [[nodiscard]] host::ClientIdentity identity() const;
  /// Whether it is by a password, and not by a file.
  [[nodiscard]] bool by_password() const { return !stored_; }
  /// Derives the credential. The password is wiped.
  host::FailureOr<const ClientCredential*> derive(const DerivationWanted& wanted) override;

 private:
  Reporter& reporter_;
  /// Of --password-file.
  std::optional<std::string> password_file_;
  bool nstp_;
  std::unique_ptr<host::StoredCredential> stored_;
  std::string user_;
  PakeBlinds blinds_;
  ClientCredential own_;
  nstp::Psk nstp_psk_;
  /// None before it was asked for.
  std::optional<Password> password_{};
};

}  // namespace pawl::app
