// SPDX-License-Identifier: Apache-2.0
#include <pawl/wire/retry.hpp>

namespace pawl {

ByteArray<kRetryFrameSize> retry_frame(const ByteArray<kCookieSize>& cookie) {
  ByteArray<kRetryFrameSize> frame{};
  const auto header = frame_header(FrameType::retry, kCookieSize);
  copy(header, frame);
  copy(cookie, MutBytes(frame).subspan(kFrameHeaderSize));
  return frame;
}

}  // namespace pawl
