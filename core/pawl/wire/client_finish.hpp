// SPDX-License-Identifier: Apache-2.0
/// ClientFinish, PROTOCOL.md 4.3.
///
///     4   cid          datagrams only
///     64  share_c      iff password flow and mode 2 or 3
///     32  confirm_c
#pragma once

#include <pawl/base/bytes.hpp>
#include <pawl/base/result.hpp>
#include <pawl/wire/parameters.hpp>

namespace pawl {

/// The fields of a ClientFinish. After parsing they point into the frame.
struct ClientFinish {
  /// Both are empty where the layout has none.
  Bytes cid;
  Bytes share;
  Bytes confirm;
};

constexpr std::size_t client_finish_size(Kind kind, Mode mode, std::size_t cid_size = 0) {
  return cid_size + (kind == Kind::password && mode != Mode::psk ? kShareSize : 0) + kConfirmSize;
}

/// Reads the body that a server expects in a handshake of this kind and mode. The spans of the result point into
/// `body`. `cid_size` is kCidSize over a datagram transport. Fails with Error::malformed.
Result<ClientFinish> parse_client_finish(Bytes body, Kind kind, Mode mode, std::size_t cid_size = 0);

}  // namespace pawl
