// SPDX-License-Identifier: Apache-2.0
#include <pawl/wire/client_finish.hpp>

namespace pawl {

Result<ClientFinish> parse_client_finish(Bytes body, Kind kind, Mode mode, std::size_t cid_size) {
  if (body.size() != client_finish_size(kind, mode, cid_size)) return Error::malformed;
  const std::size_t share = body.size() - kConfirmSize - cid_size;
  return ClientFinish{body.first(cid_size), body.subspan(cid_size, share), body.last(kConfirmSize)};
}

}  // namespace pawl
