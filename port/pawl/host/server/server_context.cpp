// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <pawl/handshake/p256.hpp>
#include <pawl/handshake/password.hpp>
#include <pawl/host/server/server_context.hpp>

namespace pawl::host {

PawlService::PawlService(const UserStore& user_store, TicketKeys& ticket_keys, EnumerationKey key)
    : users(user_store), tickets(ticket_keys), decoy(std::move(key), Config::kIterationsFloor), settings(decoy) {}

FailureOr<> PawlService::prepare(std::uint16_t idle) {
  PAWL_HOST_TRY(FailureOr<>(decoy.prepare(p256_exchange)));
  PAWL_HOST_TRY(FailureOr<>(decoy.prepare_pake(p256_pake, decoy_pake)));
  settings.exchange = &p256_exchange;
  settings.pake = &p256_pake;
  settings.password_flow = &password_responder;
  settings.ticket_exchange = &p256_tickets;
  settings.idle = idle;
  return {};
}

}  // namespace pawl::host
