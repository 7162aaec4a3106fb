// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <pawl/wire/frame.hpp>

#include "tests/fuzz/input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pawl;
  if (size != kFrameHeaderSize) return -1;
  const auto bytes = Bytes(data, size).first<kFrameHeaderSize>();
  const auto header = parse_frame_header(bytes);
  if (!header.ok()) return 0;
  const auto written = frame_header(header.value().type, header.value().length);
  test::require(std::ranges::equal(written, bytes), "a frame header is written as it was read");
  test::require(header.value().length <= kMaxFrameBody, "a frame fits the buffer of a server");
  return 0;
}
