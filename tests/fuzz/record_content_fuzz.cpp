// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <pawl/wire/record_content.hpp>

#include "tests/fuzz/input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pawl;
  const Bytes inner(data, size);
  const auto parsed = parse_inner(inner);
  if (!parsed.ok()) return 0;
  const auto& [type, content] = parsed.value();
  test::require(content.data() == inner.data() && content.size() < size, "the content comes first");
  test::require(inner[content.size()] == static_cast<std::uint8_t>(type), "the type follows it");
  test::require(std::ranges::all_of(inner.subspan(content.size() + 1), [](auto byte) { return byte == 0; }),
                "the rest is padding");
  if (type == RecordType::close) static_cast<void>(close_reason(content[0]));
  return 0;
}
