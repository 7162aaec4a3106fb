// SPDX-License-Identifier: Apache-2.0
// What was enrolled for version 2 must never be used on a wire that protects less.
// expect: provide
#include <pawl/handshake/credential.hpp>
#include <pawl/nstp/server.hpp>

void use(pawl::nstp::Server& server, const pawl::nstp::Psk& nstp, const pawl::Enrolment& version_2) {
  static_cast<void>(server.provide(nstp));
#ifdef PAWL_MISUSE
  static_cast<void>(server.provide(version_2.psk));
#endif
}
