// SPDX-License-Identifier: Apache-2.0
// As is what may be an error.
// expect: unused-result
#include <pawl/wire/reject.hpp>

#pragma GCC diagnostic error "-Wunused-result"
void use() {
  static_cast<void>(pawl::parse_reject({}).ok());
#ifdef PAWL_MISUSE
  pawl::parse_reject({});
#endif
}
