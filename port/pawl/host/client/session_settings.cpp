// SPDX-License-Identifier: Apache-2.0
#include <pawl/handshake/key.hpp>
#include <pawl/handshake/p256.hpp>
#include <pawl/handshake/password.hpp>
#include <pawl/host/base/exchange.hpp>
#include <pawl/host/client/session_settings.hpp>

namespace pawl::host {
namespace {

/// It has the size of a ticket.
void hand_over(ClientTicket& from, ClientTicket& to) {
  static_cast<void>(to.restore(from.bytes(), from.secret().bytes()));
  from.wipe();
}

}  // namespace

SessionSettings::SessionSettings(const ClientCredential& credential, std::uint16_t idle, NextTicket& next)
    : next_(next),
      settings_(credential.kind == Kind::raw_key ? key_initiator : password_initiator, credential, ticket_) {
  settings_.exchange = exchange_of(credential.mode);
  settings_.ticket_exchange = &p256_tickets;
  settings_.idle = idle;
  if (next.usable()) hand_over(next, ticket_);
}

void SessionSettings::keep(const TicketReceived& event) {
  ticket_.take(event.content);
  give_back();
}

bool SessionSettings::ended(Error error) {
  const bool again = ticket_.ended(error);
  if (ticket_.usable()) give_back();
  return again;
}

void SessionSettings::give_back() { hand_over(ticket_, next_); }

}  // namespace pawl::host
