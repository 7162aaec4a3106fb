// SPDX-License-Identifier: Apache-2.0
// Two of them with one key would use its nonces twice.
// expect: deleted (function|constructor).*ClientCipher
#include <pawl/nstp/cipher.hpp>

void use() {
  pawl::nstp::ClientCipher first(pawl::AesKey(), {});
#ifdef PAWL_MISUSE
  pawl::nstp::ClientCipher second(first);
#endif
}
