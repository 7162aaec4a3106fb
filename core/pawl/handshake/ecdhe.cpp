// SPDX-License-Identifier: Apache-2.0
#include <pawl/handshake/ecdhe.hpp>
#include <pawl/handshake/handshake.hpp>

namespace pawl {

Status ecdhe_work(Handshake& handshake, std::span<std::uint8_t, kP256PointSize> share) {
  Handshake& h = handshake;
  // Only an EcdheExchange names this function.
  const auto& exchange = static_cast<const EcdheExchange&>(*h.exchange);
  if (h.next_work == Work::share) return exchange.share(h.scalar, share);
  const bool verify = h.next_work == Work::verify;
  const bool client = h.credential != nullptr;
  const P256Scalar& scalar = verify && client ? h.credential->w1 : h.scalar;
  return exchange.agree(scalar, verify && !client ? std::span<const std::uint8_t, kShareSize>(h.share) : h.peer_point(),
                        verify ? h.ikm_v() : h.ikm_z());
}

Status ticket_work(Handshake& handshake, std::span<std::uint8_t, kP256PointSize> share) {
  return handshake.next_work == Work::verify ? Status() : ecdhe_work(handshake, share);
}

}  // namespace pawl
