// SPDX-License-Identifier: Apache-2.0
#include <pawl/session/frame_hash.hpp>
#include <pawl/wire/parameters.hpp>

namespace pawl {

Sha256::Digest frame_hash(Bytes frame) {
  constexpr ByteArray<kCookieSize> kNone{};
  const bool hello = frame[kFrameTypeAt] == static_cast<std::uint8_t>(FrameType::client_hello);
  const Bytes cookie = hello ? Bytes(kNone) : Bytes();
  Sha256::Digest digest{};
  Sha256 hash;
  hash.update(frame.first(frame.size() - cookie.size()));
  hash.update(cookie);
  hash.finish(digest);
  return digest;
}

RejectEcho reject_echo(const Sha256::Digest& answered) {
  RejectEcho echo{};
  copy(Bytes(answered).first(kEchoSize), echo);
  return echo;
}

}  // namespace pawl
