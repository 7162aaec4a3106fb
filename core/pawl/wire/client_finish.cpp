// SPDX-License-Identifier: Apache-2.0
#include <pawl/wire/client_finish.hpp>

namespace pawl {

Result<ClientFinish> parse_client_finish(Bytes body, Kind kind, Mode mode) {
  if (body.size() != client_finish_size(kind, mode)) return Error::malformed;
  const std::size_t share = body.size() - kConfirmSize;
  return ClientFinish{body.first(share), body.subspan(share)};
}

}  // namespace pawl
