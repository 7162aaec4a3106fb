// SPDX-License-Identifier: Apache-2.0
#include <pawl/wire/client_finish.hpp>

namespace pawl {

Result<ClientFinish> parse_client_finish(Bytes body, Kind kind, Mode mode, bool datagram) {
  if (body.size() != client_finish_size(kind, mode, datagram)) return Error::malformed;
  const std::size_t cid = datagram ? kCidSize : 0;
  const std::size_t share = body.size() - kConfirmSize - cid;
  return ClientFinish{body.first(cid), body.subspan(cid, share), body.last(kConfirmSize)};
}

}  // namespace pawl
