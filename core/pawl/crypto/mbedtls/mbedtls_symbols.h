/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of our own for all that Pawl's build of Mbed TLS defines. A program may have another Mbed TLS besides, of any
 * version and configuration. Its functions must not get our contexts, nor ours get its. What is compiled against our
 * build includes this header first, by mbedtls_config.h or itself. The test consumer/symbols fails if a name is
 * missing.
 */
#ifndef PAWL_CRYPTO_MBEDTLS_MBEDTLS_SYMBOLS_H
#define PAWL_CRYPTO_MBEDTLS_MBEDTLS_SYMBOLS_H

/* aes.c */
#define mbedtls_aes_crypt_ecb pawl_mbedtls_aes_crypt_ecb
#define mbedtls_aes_free pawl_mbedtls_aes_free
#define mbedtls_aes_init pawl_mbedtls_aes_init
#define mbedtls_aes_setkey_enc pawl_mbedtls_aes_setkey_enc
#define mbedtls_internal_aes_encrypt pawl_mbedtls_internal_aes_encrypt

/* aesce.c */
#define mbedtls_aesce_crypt_ecb pawl_mbedtls_aesce_crypt_ecb
#define mbedtls_aesce_gcm_mult pawl_mbedtls_aesce_gcm_mult
#define mbedtls_aesce_has_support_impl pawl_mbedtls_aesce_has_support_impl
#define mbedtls_aesce_has_support_result pawl_mbedtls_aesce_has_support_result
#define mbedtls_aesce_inverse_key pawl_mbedtls_aesce_inverse_key
#define mbedtls_aesce_setkey_enc pawl_mbedtls_aesce_setkey_enc

/* aesni.c */
#define mbedtls_aesni_crypt_ecb pawl_mbedtls_aesni_crypt_ecb
#define mbedtls_aesni_gcm_mult pawl_mbedtls_aesni_gcm_mult
#define mbedtls_aesni_has_support pawl_mbedtls_aesni_has_support
#define mbedtls_aesni_inverse_key pawl_mbedtls_aesni_inverse_key
#define mbedtls_aesni_setkey_enc pawl_mbedtls_aesni_setkey_enc

/* block_cipher.c */
#define mbedtls_block_cipher_encrypt pawl_mbedtls_block_cipher_encrypt
#define mbedtls_block_cipher_free pawl_mbedtls_block_cipher_free
#define mbedtls_block_cipher_setkey pawl_mbedtls_block_cipher_setkey
#define mbedtls_block_cipher_setup pawl_mbedtls_block_cipher_setup

/* constant_time.c */
#define mbedtls_ct_memcmp pawl_mbedtls_ct_memcmp
#define mbedtls_ct_memcpy_if pawl_mbedtls_ct_memcpy_if
#define mbedtls_ct_memcpy_offset pawl_mbedtls_ct_memcpy_offset
#define mbedtls_ct_zero pawl_mbedtls_ct_zero

/* gcm.c */
#define mbedtls_gcm_auth_decrypt pawl_mbedtls_gcm_auth_decrypt
#define mbedtls_gcm_crypt_and_tag pawl_mbedtls_gcm_crypt_and_tag
#define mbedtls_gcm_finish pawl_mbedtls_gcm_finish
#define mbedtls_gcm_free pawl_mbedtls_gcm_free
#define mbedtls_gcm_init pawl_mbedtls_gcm_init
#define mbedtls_gcm_setkey pawl_mbedtls_gcm_setkey
#define mbedtls_gcm_starts pawl_mbedtls_gcm_starts
#define mbedtls_gcm_update pawl_mbedtls_gcm_update
#define mbedtls_gcm_update_ad pawl_mbedtls_gcm_update_ad

/* p256-m.c, and what it refers to */
#define p256_ecdh_shared_secret pawl_p256_ecdh_shared_secret
#define p256_ecdsa_sign pawl_p256_ecdsa_sign
#define p256_ecdsa_verify pawl_p256_ecdsa_verify
#define p256_gen_keypair pawl_p256_gen_keypair
#define p256_generate_random pawl_p256_generate_random
#define p256_public_from_private pawl_p256_public_from_private
#define p256_validate_privkey pawl_p256_validate_privkey
#define p256_validate_pubkey pawl_p256_validate_pubkey
#define psa_generate_random pawl_psa_generate_random

/* platform_util.c */
#define mbedtls_platform_zeroize pawl_mbedtls_platform_zeroize
#define mbedtls_zeroize_and_free pawl_mbedtls_zeroize_and_free

/* sha256.c */
#define mbedtls_internal_sha256_process pawl_mbedtls_internal_sha256_process
#define mbedtls_sha256 pawl_mbedtls_sha256
#define mbedtls_sha256_clone pawl_mbedtls_sha256_clone
#define mbedtls_sha256_finish pawl_mbedtls_sha256_finish
#define mbedtls_sha256_free pawl_mbedtls_sha256_free
#define mbedtls_sha256_init pawl_mbedtls_sha256_init
#define mbedtls_sha256_starts pawl_mbedtls_sha256_starts
#define mbedtls_sha256_update pawl_mbedtls_sha256_update

#endif
