// SPDX-License-Identifier: Apache-2.0
#include <pawl/nstp/piece.hpp>

namespace pawl::nstp {
namespace {

/// The first session nonce at or after `from`. At the end of the bytes the start of one is enough.
std::size_t find(Bytes bytes, std::size_t from, const SessionNonce& session_nonce) {
  for (; from < bytes.size(); ++from) {
    const std::size_t size = std::min(bytes.size() - from, session_nonce.size());
    if (std::ranges::equal(Bytes(session_nonce).first(size), bytes.subspan(from, size))) break;
  }
  return std::min(from, bytes.size());
}

}  // namespace

Piece first_piece(Bytes bytes, const SessionNonce& session_nonce) {
  const std::size_t begin = find(bytes, 0, session_nonce);
  const auto whole = [&](std::size_t at) { return bytes.size() - at >= session_nonce.size(); };
  if (!whole(begin)) return {begin, 0, false};
  const std::size_t next = find(bytes, std::min(begin + kGcmNonceSize, bytes.size()), session_nonce);
  if (!whole(next)) return {begin, bytes.size() - begin, false};
  return {begin, next - begin, true};
}

}  // namespace pawl::nstp
