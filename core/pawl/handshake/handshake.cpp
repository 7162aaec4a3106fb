// SPDX-License-Identifier: Apache-2.0
#include <pawl/crypto/constant_time.hpp>
#include <pawl/handshake/handshake.hpp>

namespace pawl {

void Handshake::make_handshake_secret() {
  const std::size_t size = mode == Mode::psk ? Psk::kSize : exchange->ikm_size;
  derive_handshake_secret(ikm.bytes().first(size), hs);
  wipe(ikm.writable());
  wipe(scalar.writable());
}

void Handshake::expect_confirm(const ConfirmKey& key, FrameType type, Bytes fields) {
  transcript.add(frame_header(type, fields.size() + kConfirmSize));
  transcript.add(fields);
  confirm(key, transcript.digest(), expected_confirm.writable());
  want_frame(type);
}

void Handshake::send_confirm(const ConfirmKey& key, const Sha256::Digest& hash, Writer& out) {
  ByteArray<kConfirmSize> field{};
  confirm(key, hash, field);
  transcript.add(field);
  out.bytes(field);
}

Status Handshake::check_confirm(Bytes confirm) {
  if (!equal(confirm, expected_confirm.bytes()) || decoy) return Error::authentication_failed;
  transcript.add(confirm);
  return Error::none;
}

}  // namespace pawl
