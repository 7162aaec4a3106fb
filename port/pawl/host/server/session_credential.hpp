// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include <pawl/handshake/resumption.hpp>
#include <pawl/host/server/ticket_keyring.hpp>
#include <pawl/host/store/user_store.hpp>
#include <pawl/session/event.hpp>
#include <pawl/wire/ticket_record.hpp>

namespace pawl::host {

/// A ticket that is ready to be sent.
struct IssuedTicket {
  std::uint32_t lifetime = 0;
  std::uint8_t seq = 0;
  ByteArray<TicketKeys::kMost> bytes{};
  std::size_t size = 0;

  /// A view of it.
  [[nodiscard]] TicketRecord record() const { return {lifetime, seq, Bytes(bytes).first(size)}; }
};

/// By what a session at a server is opened, which is its user's enrolment and, if the client shows one, its ticket.
/// Once the session is open it makes the session's own tickets.
class SessionCredential {
 public:
  /// Both outlive it. The keys are for the tickets of these users, and of no others.
  SessionCredential(const UserStore& users, TicketKeyring& keys) : users_(users), keys_(keys) {}
  SessionCredential(const SessionCredential&) = delete;
  SessionCredential& operator=(const SessionCredential&) = delete;
  ~SessionCredential() = default;

  /// Who the client says it is. With a ticket that is the user of the ticket. Empty if the ticket is none of this
  /// server's, or too old. A view until opened().
  Bytes user_of(const CredentialWanted& wanted, Instant now);
  /// Reads the enrolment of user_of(). Failures as UserStore::find().
  FailureOr<> look_up(Bytes user);

  /// The user's enrolment. Null if there is no such user.
  [[nodiscard]] const StoredEnrolment* enrolment() const { return enrolment_.get(); }
  /// Null unless the client has shown a ticket of this server.
  [[nodiscard]] const Ticket* ticket() const { return ticket_ ? &*ticket_ : nullptr; }
  /// For the session.
  [[nodiscard]] Resumption& resumption() { return resumption_; }

  /// The session is open. The secrets that have done their work are wiped. The user's name stays, because the session
  /// views it.
  void opened();
  /// Makes the session's next ticket, if it is time for one. The first is due once the session is open, and the next
  /// when half of its life is over, so that a client that leaves at any time has one.
  std::optional<IssuedTicket> next_ticket(Instant now);

 private:
  const UserStore& users_;
  TicketKeyring& keys_;
  std::unique_ptr<StoredEnrolment> enrolment_{};
  std::optional<Ticket> ticket_{};
  Resumption resumption_{};
  // Of the enrolment.
  std::uint32_t generation_ = 0;
  Mode mode_ = Mode::psk;
  /// When the next ticket is due, in seconds of the tickets' clock. None before the session is open.
  std::optional<std::uint64_t> due_{};
  std::uint8_t next_seq_ = 0;
};

}  // namespace pawl::host
