// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/handshake/credential.hpp>

#include "console/password.hpp"
#include "console/reporter.hpp"

namespace pawl::app {

/// Derives `credential` from `password` (PROTOCOL.md 3) and shows a progress bar meanwhile. It takes about a second.
/// `user` must outlive the credential. In mode pake, credential.pake must be set. Throws AppError(internal) if the core
/// refuses, which it does only for arguments out of range.
void derive_credential(Reporter& reporter, Bytes user, const Password& password, const Salt& salt,
                       std::uint32_t iterations, Mode mode, ClientCredential& credential);

}  // namespace pawl::app
