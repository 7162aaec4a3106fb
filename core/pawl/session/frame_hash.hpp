// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/crypto/sha256.hpp>
#include <pawl/wire/reject.hpp>

namespace pawl {

/// SHA-256 of a frame over datagrams, in which the last 16 bytes of a ClientHello, its cookie, are taken as zeros. A
/// server knows a handshake by it (PROTOCOL.md 13.1), a cookie covers it (13.2), and a Reject answers it (4.4). `frame`
/// has at least 21 bytes.
Sha256::Digest frame_hash(Bytes frame);

/// The start of a frame's hash, as a Reject has it.
RejectEcho reject_echo(const Sha256::Digest& answered);

}  // namespace pawl
