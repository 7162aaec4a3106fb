/* SPDX-License-Identifier: Apache-2.0
 *
 * An Mbed TLS as an application might have it: its AES-GCM has tables of another size than Pawl's, and its contexts of
 * AES and GCM another layout.
 */
#define MBEDTLS_AES_C
#define MBEDTLS_CIPHER_C
#define MBEDTLS_GCM_C
#define MBEDTLS_GCM_LARGE_TABLE
#define MBEDTLS_PSA_P256M_DRIVER_ENABLED
#define MBEDTLS_SHA224_C
#define MBEDTLS_SHA256_C
