// SPDX-License-Identifier: Apache-2.0
/// What a client says first, NSTP.md 3.
///
///     0  1   user_len       0..255; our sides have no empty names
///     1  n   user           UTF-8
///        16  client_nonce   random
#pragma once

#include <pawl/nstp/parameters.hpp>
#include <pawl/wire/writer.hpp>

namespace pawl::nstp {

inline constexpr std::size_t kMaxHello = 1 + kMaxUser + kClientNonceSize;

/// The fields of a hello. After parsing `user` points into the bytes.
struct Hello {
  Bytes user;
  ClientNonce client_nonce{};
};

/// Bytes of a whole hello whose first byte is `user_len`.
constexpr std::size_t hello_size(std::uint8_t user_len) { return 1 + std::size_t{user_len} + kClientNonceSize; }

/// Reads a hello of exactly hello_size() bytes. `user` points into them. Error::malformed if they are not as many.
Result<Hello> parse_hello(Bytes bytes);
/// user.size() <= kMaxUser.
void write_hello(const Hello& hello, Writer& writer);

}  // namespace pawl::nstp
