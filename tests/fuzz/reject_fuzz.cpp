// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <pawl/wire/reject.hpp>

#include "tests/fuzz/input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pawl;
  const Bytes body(data, size);
  const auto reject = parse_reject(body);
  if (!reject.ok()) {
    // As over datagrams: the last bytes may be any.
    RejectEcho echo{};
    if (body.size() >= kEchoSize) copy(body.last(kEchoSize), echo);
    const auto echoing = parse_datagram_reject(body, echo);
    if (!echoing.ok()) return 0;
    test::require(
        std::ranges::equal(Bytes(datagram_reject_frame(echoing.value(), echo)).subspan(kFrameHeaderSize), body),
        "a Reject with an echo is written as it was read");
    return 0;
  }
  test::require(std::ranges::equal(Bytes(reject_frame(reject.value())).last(kRejectSize), body),
                "a Reject is written as it was read");
  return 0;
}
