// SPDX-License-Identifier: Apache-2.0
#include <pawl/wire/server_hello.hpp>

namespace pawl {

Status parse_server_hello(Bytes body, Kind kind, Mode mode, std::size_t cid_size, ServerHello& hello) {
  if (body.size() != server_hello_size(kind, mode, cid_size)) return Error::malformed;
  // So all that the layout calls for is there.
  const std::uint8_t* at = body.data();
  const auto bytes = [&at](std::size_t size) {
    at += size;
    return Bytes(at - size, size);
  };
  hello.max_rx = u16_at(at);
  hello.idle = u16_at(at + 2);
  at += 4;
  hello.nonce = bytes(kNonceSize);
  hello.cid = bytes(cid_size);
  if (kind == Kind::password) {
    hello.iterations = u32_at(bytes(sizeof(hello.iterations)).data());
    hello.salt = bytes(kSaltSize);
  }
  if (mode != Mode::psk) hello.share = bytes(kShareSize);
  if (kind != Kind::password) hello.confirm = bytes(kConfirmSize);
  return max_rx_valid(hello.max_rx) && idle_valid(hello.idle) ? Error::none : Error::malformed;
}

std::size_t server_hello_size(Kind kind, Mode mode, std::size_t cid_size) {
  return 4 + kNonceSize + cid_size +
         (kind == Kind::password ? sizeof(ServerHello::iterations) + kSaltSize : kConfirmSize) +
         (mode != Mode::psk ? kShareSize : 0);
}

void write_server_hello(const ServerHello& hello, Writer& writer) {
  writer.u16(hello.max_rx);
  writer.u16(hello.idle);
  writer.bytes(hello.nonce);
  writer.bytes(hello.cid);
  if (!hello.salt.empty()) {
    writer.u32(hello.iterations);
    writer.bytes(hello.salt);
  }
  writer.bytes(hello.share);
}

}  // namespace pawl
