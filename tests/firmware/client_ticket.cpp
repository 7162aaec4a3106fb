// SPDX-License-Identifier: Apache-2.0
// client_psk, which comes back with a ticket. It logs in with its raw key, closes when it has a ticket, and then does
// with the ticket what the others do.
#include <pawl/handshake/resumption.hpp>

#include "raw_key_psk.hpp"

namespace {

/// A session that gets a ticket.
void log_in(const pawl::ClientSettings& settings, pawl::Random& random, pawl::ClientTicket& ticket) {
  pawl::StaticSession<pawl::kMinBuffer> session(settings, random);
  static_cast<void>(session.start(firmware::now()));
  for (;;) {
    const pawl::Event event = firmware::run(session);
    if (const auto* received = std::get_if<pawl::TicketReceived>(&event)) {
      ticket.take(received->content);
      session.close(firmware::now());
    }
    if (std::holds_alternative<pawl::Closed>(event)) return;
  }
}

}  // namespace

int main() {
  static firmware::KnownRandom random;
  pawl::ClientTicket ticket;
  firmware::start_board();
  pawl::ClientCredential credential;
  firmware::take_raw_key(credential);
  pawl::ResumingClientSettings settings(pawl::key_initiator, credential, ticket);
  settings.idle = 3;
  log_in(settings, random, ticket);
  if (!ticket.usable()) firmware::finish(1);
  firmware::talk(settings, random, nullptr);
}
