// SPDX-License-Identifier: Apache-2.0
// A cipher that could be moved could be moved from, and then there are two.
// expect: deleted (function|constructor).*ClientCipher
#include <pawl/nstp/cipher.hpp>

void use() {
  pawl::nstp::ClientCipher first(pawl::AesKey(), {});
#ifdef PAWL_MISUSE
  pawl::nstp::ClientCipher second(static_cast<pawl::nstp::ClientCipher&&>(first));
#endif
}
