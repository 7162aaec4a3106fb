// SPDX-License-Identifier: Apache-2.0
/// ClientHello, PROTOCOL.md 4.1.
///
///     0   1   mode         1 psk, 2 psk_ecdhe, 3 pake
///     1   1   flags        bit 0 T: id is a ticket
///                          bit 1 D: datagram transport
///                          bit 2 K: id names a raw-key credential
///     2   2   max_rx       64..8191
///     4   2   idle         0 or 3..65535 seconds
///     6   16  nonce_c
///     22  1   id_len       1..128 for user names, 1..255 for tickets
///     23  n   id
///         64  share_c      iff (T or K) and mode 2
///         16  cookie       iff D: zeros, or the cookie of a Retry
#pragma once

#include <pawl/base/result.hpp>
#include <pawl/wire/parameters.hpp>
#include <pawl/wire/writer.hpp>

namespace pawl {

/// The fields of a ClientHello. After parsing they point into the frame.
struct ClientHello {
  Mode mode = Mode::psk;
  /// What `id` is a ticket or names a credential of.
  Kind kind = Kind::password;
  std::uint16_t max_rx = 0;
  std::uint16_t idle = 0;
  Bytes nonce;
  /// User name, or ticket.
  Bytes id;
  /// Empty where the layout has none.
  Bytes share;
  /// Empty on a stream. There is a cookie field only if the hello is for a datagram transport.
  Bytes cookie;
};

/// Reads the body of a ClientHello. The spans of the result point into `body`. Error::malformed if anything is out of
/// its range or left over. The same if the hello was made for a datagram transport and did not come over one, or the
/// other way round. A well-formed hello of mode 3 is accepted here, since the responder knows whether the build has
/// that mode.
Result<ClientHello> parse_client_hello(Bytes body, bool datagram = false);

/// Bytes of the body that write_client_hello() writes.
std::size_t client_hello_size(const ClientHello& hello);
void write_client_hello(const ClientHello& hello, Writer& writer);

}  // namespace pawl
