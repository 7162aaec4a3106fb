// SPDX-License-Identifier: Apache-2.0
#include <pawl/wire/client_finish.hpp>

#include "tests/fuzz/input.hpp"

namespace {

using namespace pawl;

void parse(Bytes body, Kind kind, Mode mode) {
  const auto parsed = parse_client_finish(body, kind, mode);
  if (!parsed.ok()) return;
  const Bytes share = parsed.value().share;
  const Bytes confirm = parsed.value().confirm;
  test::require(confirm.size() == kConfirmSize && (share.empty() || share.size() == kShareSize), "fields are whole");
  test::require(share.data() == body.data() && confirm.data() == body.data() + share.size() &&
                    share.size() + confirm.size() == body.size(),
                "a ClientFinish is its share and its confirm");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const Kind kind : {Kind::password, Kind::raw_key}) {
    for (const Mode mode : {Mode::psk, Mode::psk_ecdhe}) parse(Bytes(data, size), kind, mode);
  }
  return 0;
}
