// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/secret.hpp>

namespace pawl {

/// A key for AES-256-GCM. With Mbed TLS it is its 32 bytes. The round keys are made on the stack for each call, which
/// is cheap beside a record, and a session that keeps 32 bytes is far smaller.
using AesGcmKey = Secret<struct AesGcmKeyTag, 32>;

}  // namespace pawl
