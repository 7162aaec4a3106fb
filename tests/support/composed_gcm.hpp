// SPDX-License-Identifier: Apache-2.0
/// The AES-GCM of devices, core/pawl/crypto/mbedtls/composed_gcm.cpp, on the host (PawlComposedGcm.cmake).
#pragma once

#include <pawl/crypto/aes_gcm.hpp>

namespace pawl {

/// What aes_gcm_seal() is on a device.
Status composed_gcm_seal(const AesGcmKey& key, const GcmNonce& nonce, Bytes aad, MutBytes sealed);

/// What aes_gcm_open() is on a device.
Status composed_gcm_open(const AesGcmKey& key, const GcmNonce& nonce, Bytes aad, MutBytes sealed);

}  // namespace pawl
