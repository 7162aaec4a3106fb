// SPDX-License-Identifier: Apache-2.0
// A session has one peer and one owner.
// expect: deleted (function|constructor).*Session
#include <pawl/session/session.hpp>

void use(pawl::Session& session) {
  session.close(pawl::Instant{});
#ifdef PAWL_MISUSE
  pawl::Session second(session);
#endif
}
