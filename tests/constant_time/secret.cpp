// SPDX-License-Identifier: Apache-2.0
#include "tests/constant_time/secret.hpp"

#include <valgrind/memcheck.h>

#include <vector>

namespace pawl::test {

void classify(Bytes bytes) { VALGRIND_MAKE_MEM_UNDEFINED(bytes.data(), bytes.size()); }

void declassify(Bytes bytes) { VALGRIND_MAKE_MEM_DEFINED(bytes.data(), bytes.size()); }

bool is_secret(Bytes bytes) {
  // A bit is 1 where the value is not defined; without valgrind all stay 0.
  std::vector<std::uint8_t> undefined(bytes.size());
  VALGRIND_GET_VBITS(bytes.data(), undefined.data(), bytes.size());
  return std::all_of(undefined.begin(), undefined.end(), [](unsigned bits) { return bits != 0; });
}

}  // namespace pawl::test
