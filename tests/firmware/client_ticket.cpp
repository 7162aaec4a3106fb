// SPDX-License-Identifier: Apache-2.0
// client_psk, which comes back with a ticket. It logs in with its raw key, closes when it has a ticket, and then does
// with the ticket what the others do.
#include <pawl/handshake/resumption.hpp>

#include "client.hpp"

namespace {

/// Derived from the key 00 01 .. 1f.
constexpr pawl::ByteArray<32> kPsk{0xd7, 0xd3, 0x00, 0xd3, 0x71, 0x4c, 0x34, 0xbe, 0x3b, 0x94, 0x1f,
                                   0x1d, 0x17, 0x0b, 0xa8, 0xce, 0x43, 0xef, 0xc9, 0x5a, 0x2b, 0xaf,
                                   0x40, 0x1c, 0x89, 0x9a, 0xc5, 0xb6, 0x6b, 0x83, 0xcc, 0xed};

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
  credential.user = firmware::kUser;
  credential.kind = pawl::Kind::raw_key;
  credential.mode = pawl::Mode::psk;
  credential.derived = true;
  pawl::copy(kPsk, credential.psk.writable());
  pawl::ResumingClientSettings settings(pawl::key_initiator, credential, ticket);
  settings.idle = 3;
  log_in(settings, random, ticket);
  if (!ticket.usable()) firmware::finish(1);
  firmware::talk(settings, random, nullptr);
}
