// SPDX-License-Identifier: Apache-2.0
/// Ends of a session over a stream that have tickets.
#pragma once

#include <pawl/ticket/ticket_keys.hpp>

#include "tests/support/end.hpp"

namespace pawl::test {

/// What a server with tickets has for all its sessions.
struct TicketServer {
  explicit TicketServer(const Enrolled& enrolled);

  const Enrolled& user;
  SeededRandom key_random{7};
  TicketKeys keys{key_random};
  ResumingServerSettings settings;
  /// Of its clock, in seconds.
  std::uint64_t time = 1'000'000;
  /// What a user's enrolment is now, if it is another one than when `user` was enrolled.
  std::uint32_t generation;
  bool user_known = true;
};

/// A client that has the credential and a place for a ticket.
class ResumingClient final : public End {
 public:
  ResumingClient(const Enrolled& enrolled, ClientTicket& ticket, std::uint32_t seed = 1);

  ResumingClientSettings settings;

 private:
  [[nodiscard]] const Settings& session_settings() const override { return settings; }
  /// It has derived all that it needs.
  Status answer(const Event& /*wish*/, Instant /*now*/) override { return Error::wrong_state; }
};

/// One session of a server with tickets.
class ResumingServer final : public End {
 public:
  explicit ResumingServer(TicketServer& shared, std::uint32_t seed = 2);

  /// Whether the session opened with a ticket.
  bool resumed = false;
  /// What the answer to CredentialWanted is to be.
  bool busy = false;
  Resumption resumption;

  /// Seals and sends the session's ticket `seq`.
  Status issue(std::uint8_t seq, Instant now);

 private:
  [[nodiscard]] const Settings& session_settings() const override { return shared_.settings; }
  Status answer(const Event& wish, Instant now) override;

  TicketServer& shared_;
  Enrolment enrolment_;
};

/// Moves all that both send, until nothing moves. Ends the stream behind a session that is over.
void exchange(End& client, End& server, Instant now);

/// Answers CredentialWanted as a server with tickets does, by `provide(ticket, enrolment)`, which is called if the
/// ticket is good and its user is known, or else by `provide_none()`.
template <class Provide, class ProvideNone>
Status answer_ticket(TicketServer& server, Bytes shown, const Enrolment& enrolment, Provide provide,
                     ProvideNone provide_none) {
  Ticket ticket;
  const bool good = server.keys.open(shown, server.time, ticket).ok();
  const bool known = server.user_known && std::ranges::equal(ticket.user(), enrolment.user);
  return good && known ? provide(ticket, enrolment) : provide_none();
}

/// Writes the session's ticket `seq` to a record whose bytes are in `sealed`.
TicketRecord make_ticket(TicketServer& server, Resumption& resumption, std::uint8_t seq, Buffer& sealed);

/// The enrolment of the server's user, as it is now.
void copy_enrolment(const TicketServer& server, Enrolment& enrolment);

}  // namespace pawl::test
