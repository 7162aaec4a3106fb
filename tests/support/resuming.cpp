// SPDX-License-Identifier: Apache-2.0
#include "tests/support/resuming.hpp"

#include <gtest/gtest.h>

#include "tests/support/remembered_exchange.hpp"

namespace pawl::test {

TicketServer::TicketServer(const Enrolled& enrolled)
    : user(enrolled), settings(test_decoy()), generation(enrolled.enrolment.generation) {
  settings.exchange = &remembered_exchange;
  settings.pake = &remembered_pake;
  settings.password_flow = &password_responder;
  settings.ticket_exchange = &remembered_tickets;
}

void copy_enrolment(const TicketServer& server, Enrolment& enrolment) {
  const Enrolment& from = server.user.enrolment;
  enrolment.user = from.user;
  enrolment.kind = from.kind;
  enrolment.mode = from.mode;
  enrolment.generation = server.generation;
  enrolment.iterations = from.iterations;
  enrolment.salt = from.salt;
  copy(from.psk.bytes(), enrolment.psk.writable());
  enrolment.verifier = from.verifier;
  enrolment.pake = from.pake;
}

TicketRecord make_ticket(TicketServer& server, Resumption& resumption, std::uint8_t seq, Buffer& sealed) {
  Ticket ticket;
  if (resumption.chain_not_after == 0) resumption.chain_not_after = server.time + TicketKeys::kChainLifetime;
  resumption.fill(seq, ticket);
  ticket.not_after = server.time + server.keys.lifetime();
  ticket.generation = server.generation;
  ticket.mode = server.user.account.flow.mode;
  EXPECT_TRUE(ticket.set_user(server.user.account.user).ok());
  sealed.resize(TicketKeys::kMost);
  const auto size = server.keys.seal(ticket, server.time, sealed);
  EXPECT_TRUE(size.ok());
  sealed.resize(size.value());
  return {server.keys.lifetime(), seq, sealed};
}

ResumingClient::ResumingClient(const Enrolled& enrolled, ClientTicket& ticket, std::uint32_t seed)
    : End(seed),
      settings(enrolled.account.flow.kind == Kind::password ? password_initiator : key_initiator, enrolled.credential,
               ticket) {
  settings.exchange = remembered(enrolled.account.flow.mode);
  settings.ticket_exchange = &remembered_tickets;
  settings.iterations_floor = enrolled.account.iterations;
}

ResumingServer::ResumingServer(TicketServer& shared, std::uint32_t seed) : End(seed), shared_(shared) {}

Status ResumingServer::answer(const Event& wish, Instant now) {
  const auto& wanted = std::get<CredentialWanted>(wish);
  if (busy) return session().refuse(30, now);
  copy_enrolment(shared_, enrolment_);
  EXPECT_TRUE(session().set_resumption(resumption).ok());
  if (wanted.kind != Kind::ticket) return session().provide(enrolment_, now);
  resumed = true;
  return answer_ticket(
      shared_, wanted.user, enrolment_,
      [&](const Ticket& ticket, const Enrolment& enrolment) { return session().provide(ticket, enrolment, now); },
      [&] { return session().provide_none(now); });
}

Status ResumingServer::issue(std::uint8_t seq, Instant now) {
  Buffer sealed;
  return session().send_ticket(make_ticket(shared_, resumption, seq, sealed), now);
}

void exchange(End& client, End& server, Instant now) {
  for (bool moved = true; moved;) {
    moved = false;
    for (const auto& [from, to] : {std::pair<End&, End&>(client, server), {server, client}}) {
      const Buffer sent = from.take(now);
      moved = moved || !sent.empty();
      to.give(sent, now);
      if (from.over() && !to.over()) to.end_of_stream(now);
    }
  }
}

}  // namespace pawl::test
