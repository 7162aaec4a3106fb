// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/session/event.hpp>
#include <pawl/wire/frame.hpp>
#include <pawl/wire/reject.hpp>

namespace pawl {

inline constexpr std::size_t kRejectFrameSize = kFrameHeaderSize + kRejectSize;

/// A whole Reject frame.
ByteArray<kRejectFrameSize> reject_frame(const Reject& reject);

/// What a server answers to a handshake that failed with this error: it tells no more than PROTOCOL.md 4 allows.
inline RejectCode reject_code(Error error) {
  return error == Error::unsupported ? RejectCode::unsupported : RejectCode::failed;
}

/// What the Reject in `frame` means to a client; Error::malformed if it is none.
Closed read_reject(Bytes frame);

}  // namespace pawl
