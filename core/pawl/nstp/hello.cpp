// SPDX-License-Identifier: Apache-2.0
#include <pawl/nstp/hello.hpp>
#include <pawl/wire/reader.hpp>

namespace pawl::nstp {

Result<Hello> parse_hello(Bytes bytes) {
  Reader reader(bytes);
  Hello hello;
  hello.user = reader.bytes(reader.u8());
  const Bytes nonce = reader.bytes(kClientNonceSize);
  if (!reader.complete()) return Error::malformed;
  copy(nonce, hello.client_nonce);
  return hello;
}

void write_hello(const Hello& hello, Writer& writer) {
  writer.u8(static_cast<std::uint8_t>(hello.user.size()));
  writer.bytes(hello.user);
  writer.bytes(hello.client_nonce);
}

}  // namespace pawl::nstp
