// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace pawl::test {

/// Whether the processor, as valgrind shows it, has the instructions without which Mbed TLS takes its tables.
inline bool has_aes_instructions() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("aes") != 0 && __builtin_cpu_supports("pclmul") != 0;
#else
  return false;
#endif
}

}  // namespace pawl::test
