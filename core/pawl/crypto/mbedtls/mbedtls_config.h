/* SPDX-License-Identifier: Apache-2.0
 *
 * What Pawl takes from Mbed TLS: SHA-256, AES, p256-m and, on hosts, AES-GCM, through the low-level interfaces, which
 * never allocate. It branches on the target and on nothing else, so every file of a program sees the same context
 * layouts.
 */
#ifndef PAWL_CRYPTO_MBEDTLS_MBEDTLS_CONFIG_H
#define PAWL_CRYPTO_MBEDTLS_MBEDTLS_CONFIG_H

#include <pawl/crypto/mbedtls/mbedtls_symbols.h>

#define MBEDTLS_SHA256_C
#define MBEDTLS_AES_C
#define MBEDTLS_AES_ROM_TABLES          /* constant tables: nothing is computed, or raced for, at run time */
#define MBEDTLS_BLOCK_CIPHER_NO_DECRYPT /* GCM only ever encrypts blocks */

/* p256-m.c is empty without this define. */
#define MBEDTLS_PSA_P256M_DRIVER_ENABLED

#if defined(__unix__) || defined(__APPLE__)

#define MBEDTLS_GCM_C /* without CIPHER_C it calls AES directly, with no allocated context */
#define MBEDTLS_HAVE_ASM
#if defined(__x86_64__) || defined(__i386__)
#define MBEDTLS_AESNI_C
#elif defined(__aarch64__)
#define MBEDTLS_AESCE_C
#endif

#else /* firmware */

#if defined(__arm__)
#define MBEDTLS_HAVE_ASM
#endif
#define MBEDTLS_SHA256_SMALLER
#define MBEDTLS_AES_FEWER_TABLES

/* The guard: these two functions exist nowhere, so an image that could allocate does not link. */
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_CALLOC_MACRO pawl_has_no_heap_calloc
#define MBEDTLS_PLATFORM_FREE_MACRO pawl_has_no_heap_free

#endif

#endif
