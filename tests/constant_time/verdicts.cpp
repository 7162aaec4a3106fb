// SPDX-License-Identifier: Apache-2.0
// What the checks of Mbed TLS say of secrets, the protocol publishes: yes or no, and no more. The linker puts these
// functions in the place of Mbed TLS's own (--wrap), for Pawl's calls as for those within Mbed TLS.
#include "tests/constant_time/verdicts.hpp"

#include <cstddef>

#include "tests/constant_time/secret.hpp"

namespace {

bool early_exit = false;

/// Zero or not zero, and public; which bits differed stays secret.
int published(int result) {
  std::uint8_t verdict = result != 0 ? 1 : 0;
  pawl::test::declassify({&verdict, 1});
  return verdict;
}

int compare_with_early_exit(const void* a, const void* b, std::size_t size) {
  const auto* left = static_cast<const std::uint8_t*>(a);
  const auto* right = static_cast<const std::uint8_t*>(b);
  return std::equal(left, left + size, right) ? 0 : 1;
}

}  // namespace

namespace pawl::test {

void plant_early_exit() { early_exit = true; }

}  // namespace pawl::test

extern "C" {

int __real_pawl_mbedtls_ct_memcmp(const void* a, const void* b, std::size_t size);
int __real_pawl_p256_validate_privkey(const std::uint8_t* scalar);
int __real_pawl_p256_public_from_private(std::uint8_t* point, const std::uint8_t* scalar);
int __real_pawl_p256_ecdh_shared_secret(std::uint8_t* x, const std::uint8_t* scalar, const std::uint8_t* point);
int __real_pawl_p256_multiply(std::uint8_t* product, const std::uint8_t* scalar, const std::uint8_t* point);
int __real_pawl_p256_combine(std::uint8_t* sum, const std::uint8_t* a, const std::uint8_t* b, int subtract);

// A wrong confirm is answered with a Reject, a wrong tag ends the session: the peer sees which it was.
int __wrap_pawl_mbedtls_ct_memcmp(const void* a, const void* b, std::size_t size) {
  return published(early_exit ? compare_with_early_exit(a, b, size) : __real_pawl_mbedtls_ct_memcmp(a, b, size));
}

// A scalar out of range is thrown away for the next one, of which that says nothing.
int __wrap_pawl_p256_validate_privkey(const std::uint8_t* scalar) {
  return published(__real_pawl_p256_validate_privkey(scalar));
}

// The scalar was found valid before. The point stays secret here: a share is published by being sent, a verifier never.
int __wrap_pawl_p256_public_from_private(std::uint8_t* point, const std::uint8_t* scalar) {
  return published(__real_pawl_p256_public_from_private(point, scalar));
}

// A point that is none ends the handshake, which its sender sees.
int __wrap_pawl_p256_ecdh_shared_secret(std::uint8_t* x, const std::uint8_t* scalar, const std::uint8_t* point) {
  return published(__real_pawl_p256_ecdh_shared_secret(x, scalar, point));
}

int __wrap_pawl_p256_multiply(std::uint8_t* product, const std::uint8_t* scalar, const std::uint8_t* point) {
  return published(__real_pawl_p256_multiply(product, scalar, point));
}

// A share that is the peer's blind alone, or none of the points, ends the handshake too.
int __wrap_pawl_p256_combine(std::uint8_t* sum, const std::uint8_t* a, const std::uint8_t* b, int subtract) {
  return published(__real_pawl_p256_combine(sum, a, b, subtract));
}
}
