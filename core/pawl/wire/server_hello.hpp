// SPDX-License-Identifier: Apache-2.0
/// ServerHello, PROTOCOL.md 4.2.
///
///     2   max_rx
///     2   idle         the effective idle time-out
///     16  nonce_s
///     4   cid          datagrams only
///     4   iterations   password flow only, >= 1
///     16  salt         password flow only
///     64  share_s      modes 2 and 3
///     32  confirm_s    key flow only
#pragma once

#include <pawl/wire/frame.hpp>
#include <pawl/wire/parameters.hpp>
#include <pawl/wire/writer.hpp>

namespace pawl {

/// The fields of a ServerHello. After parsing they point into the frame.
struct ServerHello {
  std::uint16_t max_rx = 0;
  std::uint16_t idle = 0;
  Bytes nonce;
  std::uint32_t iterations = 0;
  /// These are empty where the layout has none.
  Bytes cid;
  Bytes salt;
  Bytes share;
  Bytes confirm;
};

/// Where the cid is in the frame.
inline constexpr std::size_t kServerHelloCid = kFrameHeaderSize + 4 + kNonceSize;

/// Reads the body that a client with a credential of this kind and mode gets into an empty `hello`, whose spans then
/// point into `body`. `cid_size` is kCidSize over a datagram transport, else 0. Error::malformed.
Status parse_server_hello(Bytes body, Kind kind, Mode mode, std::size_t cid_size, ServerHello& hello);

/// Bytes of the body, confirm included.
std::size_t server_hello_size(Kind kind, Mode mode, std::size_t cid_size = 0);
/// Writes all but confirm, which covers what stands before it. Iterations are written if there is a `salt`.
void write_server_hello(const ServerHello& hello, Writer& writer);

}  // namespace pawl
