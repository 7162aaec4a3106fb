/* SPDX-License-Identifier: Apache-2.0
 *
 * p256-m as upstream has it, compiled here because what Pawl needs besides is static in it: both coordinates of a
 * product, and the sum of two points. Points are X || Y, 64 bytes, scalars 32 bytes, big-endian. Each function returns
 * 0, or something else if an input is not valid; p256.cpp declares them.
 */
#include <pawl/crypto/mbedtls/mbedtls_symbols.h>

#include <p256-m.c>

int pawl_p256_multiply(uint8_t product[64], const uint8_t scalar[32], const uint8_t point[64]);
int pawl_p256_combine(uint8_t sum[64], const uint8_t a[64], const uint8_t b[64], int subtract);

/* product = scalar * point */
int pawl_p256_multiply(uint8_t product[64], const uint8_t scalar[32], const uint8_t point[64]) {
  uint32_t s[8], px[8], py[8], x[8], y[8];
  int refused = scalar_from_bytes(s, scalar);
  if (refused == 0) {
    refused = point_from_bytes(px, py, point);
  }
  if (refused == 0) {
    scalar_mult(x, y, px, py, s);
    point_to_bytes(product, x, y);
  }
  zeroize(s, sizeof s);
  return refused;
}

/* sum = a + b, or a - b if `subtract` is 1; 0 otherwise. point_add() takes neither two equal points nor two opposite
 * ones: such have the same x. */
int pawl_p256_combine(uint8_t sum[64], const uint8_t a[64], const uint8_t b[64], int subtract) {
  uint32_t ax[8], ay[8], z[8], bx[8], by[8], negative[8];
  if (point_from_bytes(ax, ay, a) != 0 || point_from_bytes(bx, by, b) != 0 || u256_diff(ax, bx) == 0) {
    return -1;
  }
  u256_set32(negative, 0);
  m256_sub_p(negative, negative, by);
  u256_cmov(by, negative, (uint32_t)subtract);
  m256_set32(z, 1, &p256_p);
  point_add(ax, ay, z, bx, by);
  point_to_affine(ax, ay, z);
  point_to_bytes(sum, ax, ay);
  return 0;
}
