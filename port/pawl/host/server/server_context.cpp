// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <pawl/handshake/p256.hpp>
#include <pawl/handshake/password.hpp>
#include <pawl/host/server/server_context.hpp>

namespace pawl::host {

TicketKeyring& ServerContext::ticket_keys(const UserStore& users) {
  std::optional<TicketKeyring::Kept> kept;
  const TicketKeyStore* const store = users.ticket_key_store();
  if (options.keep_tickets_by != nullptr && store != nullptr) {
    kept.emplace(TicketKeyring::Kept{*store, *options.keep_tickets_by, observer});
  }
  return ticket_keys_.try_emplace(&users, random, kept).first->second;
}

void ServerContext::tend_ticket_keys(Instant now) {
  for (auto& [users, keys] : ticket_keys_) keys.tend(now);
}

PawlService::PawlService(const UserStore& user_store, TicketKeyring& ticket_keys, EnumerationKey key)
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
