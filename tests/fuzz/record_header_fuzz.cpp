// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <pawl/wire/record_header.hpp>

#include "tests/fuzz/input.hpp"

/// Two bytes of header, then two of max_rx.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pawl;
  if (size != kRecordHeaderSize + 2) return -1;
  const auto bytes = Bytes(data, size).first<kRecordHeaderSize>();
  const std::uint16_t max_rx = test::Input(data + kRecordHeaderSize, 2).u16();
  const auto header = parse_record_header(bytes, max_rx);
  if (!header.ok()) return 0;
  test::require(std::ranges::equal(record_header(header.value()), bytes), "a record header is written as it was read");
  test::require(header.value().length >= kMinRecordLength && header.value().length <= max_rx, "a length is in bounds");
  return 0;
}
