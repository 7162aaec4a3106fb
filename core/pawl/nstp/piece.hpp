// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/nstp/parameters.hpp>

namespace pawl::nstp {

/// Where the next message stands in bytes that nothing delimits, NSTP.md 4. Every message begins with the session
/// nonce. It has 8 random bytes, which a ciphertext has by accident once in 2^64. So where it stands a message begins,
/// and the one before has ended.
struct Piece {
  /// Bytes before it that are part of no message.
  std::size_t begin = 0;
  /// Bytes from there to the next message, or to the end of what there is. 0 if no message has begun.
  std::size_t size = 0;
  /// Whether the next message was found behind it, so that there is no more to come of this one.
  bool ended = false;
};

/// Looks at the bytes from the front. Without a message, `begin` leaves at the end what may be the start of a session
/// nonce.
Piece first_piece(Bytes bytes, const SessionNonce& session_nonce);

}  // namespace pawl::nstp
