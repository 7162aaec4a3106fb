// SPDX-License-Identifier: Apache-2.0
#include <pawl/wire/reject.hpp>
#include <pawl/wire/writer.hpp>

namespace pawl {
namespace {

void write(const Reject& reject, Bytes echo, Writer& writer) {
  writer.bytes(frame_header(FrameType::reject, kRejectSize + echo.size()));
  writer.u8(static_cast<std::uint8_t>(reject.code));
  writer.u16(reject.retry_after);
  writer.bytes(echo);
}

}  // namespace

Result<Reject> parse_reject(Bytes body) {
  if (body.size() != kRejectSize) return Error::malformed;
  const std::uint8_t code = body[0];
  const std::uint16_t retry_after = u16_at(&body[1]);
  const bool busy = code == static_cast<std::uint8_t>(RejectCode::busy);
  if (code < 1 || code > 3 || (retry_after != 0 && !busy)) return Error::malformed;
  return Reject{static_cast<RejectCode>(code), retry_after};
}

Result<Reject> parse_datagram_reject(Bytes body, const RejectEcho& echo) {
  const bool answers = body.size() == kRejectSize + kEchoSize && std::ranges::equal(body.last(kEchoSize), echo);
  return answers ? parse_reject(body.first(kRejectSize)) : Error::malformed;
}

ByteArray<kRejectFrameSize> reject_frame(const Reject& reject) {
  ByteArray<kRejectFrameSize> frame{};
  Writer writer(frame);
  write(reject, {}, writer);
  return frame;
}

ByteArray<kDatagramRejectFrameSize> datagram_reject_frame(const Reject& reject, const RejectEcho& echo) {
  ByteArray<kDatagramRejectFrameSize> frame{};
  Writer writer(frame);
  write(reject, echo, writer);
  return frame;
}

}  // namespace pawl
