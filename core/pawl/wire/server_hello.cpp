// SPDX-License-Identifier: Apache-2.0
#include <pawl/wire/reader.hpp>
#include <pawl/wire/server_hello.hpp>

namespace pawl {

Result<ServerHello> parse_server_hello(Bytes body, Kind kind, Mode mode, std::size_t cid_size) {
  Reader reader(body);
  ServerHello hello;
  hello.max_rx = reader.u16();
  hello.idle = reader.u16();
  hello.nonce = reader.bytes(kNonceSize);
  hello.cid = reader.bytes(cid_size);
  if (kind == Kind::password) {
    hello.iterations = reader.u32();
    hello.salt = reader.bytes(kSaltSize);
  }
  if (mode != Mode::psk) hello.share = reader.bytes(kShareSize);
  if (kind == Kind::raw_key) hello.confirm = reader.bytes(kConfirmSize);
  if (!reader.complete() || !max_rx_valid(hello.max_rx) || !idle_valid(hello.idle)) return Error::malformed;
  return hello;
}

std::size_t server_hello_size(Kind kind, Mode mode, std::size_t cid_size) {
  return 4 + kNonceSize + cid_size + (kind == Kind::password ? sizeof(std::uint32_t) + kSaltSize : kConfirmSize) +
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
