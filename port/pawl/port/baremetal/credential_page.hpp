// SPDX-License-Identifier: Apache-2.0
/// The page of flash that holds what a device has of its enrolment, as tools/credential_page makes it of a file that
/// `pawl enroll --raw-key` has written. Integers are big-endian.
///
///     "PAWL" ‖ u8 what ‖ u8 mode ‖ u32 generation ‖ u8 |user| ‖ user ‖ psk 32 ‖ share ‖ SHA256(all before)[0..8)
///
/// `what` is 1 for a credential, whose generation is 0 and whose share is w1, 32 bytes. It is 2 for an enrolment, whose
/// share is L, 64 bytes. In mode psk there is no share. The digest finds accidents and not attackers, since who can
/// write the page has the device.
#pragma once

#include <pawl/handshake/credential.hpp>

namespace pawl {

/// The longest page that there can be.
inline constexpr std::size_t kMaxCredentialPage = 4 + 1 + 1 + 4 + 1 + 128 + 32 + 64 + 8;

/// What a device needs to be a client. credential.user views the page. Error::malformed if the page, which may go on
/// after it, holds no whole credential.
Status read_credential_page(Bytes page, ClientCredential& credential);

/// What a device needs to serve its one user, as above.
Status read_enrolment_page(Bytes page, Enrolment& enrolment);

}  // namespace pawl
