// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <pawl/wire/frame.hpp>
#include <pawl/wire/server_hello.hpp>

#include "tests/fuzz/input.hpp"

namespace {

using namespace pawl;

void parse(Bytes body, Kind kind, Mode mode) {
  ServerHello hello;
  if (!parse_server_hello(body, kind, mode, 0, hello).ok()) return;
  ByteArray<kMaxFrameBody> buffer{};
  Writer writer(buffer);
  write_server_hello(hello, writer);
  writer.bytes(hello.confirm);
  test::require(server_hello_size(kind, mode) == body.size(), "a ServerHello is as long as it says");
  test::require(writer.ok() && std::ranges::equal(writer.written(), body), "a ServerHello is written as it was read");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const Kind kind : {Kind::password, Kind::raw_key}) {
    for (const Mode mode : {Mode::psk, Mode::psk_ecdhe}) parse(Bytes(data, size), kind, mode);
  }
  return 0;
}
