// SPDX-License-Identifier: Apache-2.0
/// The secrets that records are made with, PROTOCOL.md 9. What sends and what receives are different types, and only
/// handshake/key_schedule decides which is which.
#pragma once

#include <pawl/crypto/aes_gcm.hpp>

namespace pawl {

using SendSecret = Secret<struct SendSecretTag, 32>;
using ReceiveSecret = Secret<struct ReceiveSecretTag, 32>;

/// The direction bit of the nonce.
enum class Direction : std::uint8_t { client_to_server = 0, server_to_client = 1 };

/// What seals or opens the records of one epoch of one direction.
struct RecordKeys {
  AesGcmKey key{};
  ByteArray<8> session_nonce{};
};

/// Derives the keys of an epoch from its traffic secret, with the labels "key" and "nonce". The direction is in the
/// first bit of the session nonce.
void derive_record_keys(std::span<const std::uint8_t, 32> traffic_secret, Direction direction, RecordKeys& keys);

/// Replaces the traffic secret by that of the next epoch, with the label "update". `context` is what the next epoch is
/// bound to (PROTOCOL.md 10). On a stream that is the number of records in the epoch that is left, and over datagrams
/// nothing.
void update_traffic_secret(std::span<std::uint8_t, 32> traffic_secret, Bytes context);

/// The nonce of a record, made of session nonce and counter.
GcmNonce record_nonce(const RecordKeys& keys, std::uint32_t counter);

}  // namespace pawl
