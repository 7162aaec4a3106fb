// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/handshake/credential.hpp>
#include <pawl/host/base/failure.hpp>
#include <pawl/session/event.hpp>

namespace pawl::host {

/// As whom a client comes to its server, and what proves it.
class ClientLogin {
 public:
  /// The same for all sessions. It may be one of a password that is not derived yet.
  [[nodiscard]] virtual const ClientCredential& credential() const = 0;
  /// Derives it, and gives it.
  virtual FailureOr<const ClientCredential*> derive(const DerivationWanted& wanted) = 0;

 protected:
  ~ClientLogin() = default;
};

}  // namespace pawl::host
