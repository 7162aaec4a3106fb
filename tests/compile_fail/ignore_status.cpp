// SPDX-License-Identifier: Apache-2.0
// An error is looked at.
// expect: unused-result
#include <pawl/handshake/credential.hpp>

#pragma GCC diagnostic error "-Wunused-result"
void use() {
  pawl::ClientCredential credential;
  pawl::Enrolment record;
  static_cast<void>(pawl::make_enrolment(credential, 1, nullptr, record).ok());
#ifdef PAWL_MISUSE
  pawl::make_enrolment(credential, 1, nullptr, record);
#endif
}
