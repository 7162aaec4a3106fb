// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <pawl/wire/client_hello.hpp>
#include <pawl/wire/frame.hpp>

#include "tests/fuzz/input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pawl;
  const Bytes body(data, size);
  const auto parsed = parse_client_hello(body);
  if (!parsed.ok()) return 0;
  const ClientHello& hello = parsed.value();
  ByteArray<kMaxFrameBody> buffer{};
  Writer writer(buffer);
  write_client_hello(hello, writer);
  test::require(writer.ok() && client_hello_size(hello) == size, "a ClientHello is as long as it says");
  test::require(std::ranges::equal(writer.written(), body), "a ClientHello is written as it was read");
  return 0;
}
