// SPDX-License-Identifier: Apache-2.0
/// Sessions that begin with a ticket, PROTOCOL.md 12. Settings that name none of this are those of a program without
/// tickets, which links none of it.
#pragma once

#include <pawl/handshake/initiator.hpp>
#include <pawl/handshake/responder.hpp>
#include <pawl/ticket/ticket.hpp>

namespace pawl {

/// What an open session keeps so that its tickets have secrets. It belongs to the application, is given to one session
/// before that opens, and outlives its handshake.
class Resumption {
 public:
  /// When the chain ends, in seconds of the server's clock. It comes with the chain, and in a server it is 0 in a
  /// session that has begun one. The application sets it then.
  std::uint64_t chain_not_after = 0;

  /// Writes the secret of the session's ticket `seq`. A server uses each `seq` once.
  void secret(std::uint8_t seq, TicketSecret& secret) const { derive_ticket_secret(res_, seq, secret); }
  /// Of a server's session.
  [[nodiscard]] const Chain& chain() const { return chain_; }
  /// Writes what the ticket `seq` has of the session, which is its secret and its chain.
  void fill(std::uint8_t seq, Ticket& ticket) const;

  /// For the roles. The session will be in the chain of `ticket`.
  void inherit(const Ticket& ticket);
  /// For the roles. The session of this handshake opens.
  void derive(const Handshake& handshake);

 private:
  ResumptionSecret res_{};
  Chain chain_{};
};

/// A client's ticket. It is used for one ClientHello, so that nobody sees which sessions belong together.
class ClientTicket {
 public:
  ClientTicket();
  ClientTicket(const ClientTicket&) = delete;
  ClientTicket& operator=(const ClientTicket&) = delete;
  ~ClientTicket() = default;

  /// Whether the next session can begin with it.
  [[nodiscard]] bool usable() const { return !bytes().empty() && !offered_; }
  /// The ticket and its secret. Empty and zeros if there is none.
  [[nodiscard]] Bytes bytes() const { return credential_.user; }
  [[nodiscard]] const Psk& secret() const { return credential_.psk; }

  /// Takes what TicketReceived has brought, in the place of a ticket that was there. Returns for how many seconds it is
  /// good. An application that has a clock calls wipe() then, and one that has none loses a round trip.
  std::uint32_t take(Bytes received);
  /// Takes a ticket that was kept elsewhere. Error::invalid_argument if it is empty or longer than kMaxTicket.
  Status restore(Bytes ticket, std::span<const std::uint8_t, TicketSecret::kSize> secret);
  /// To be told Closed::error of every session that was given this. Wipes a ticket that was used, but not if the server
  /// was busy. True if the server has not taken the ticket. The application then begins again at once, once, and the
  /// session does the whole handshake.
  bool ended(Error error);
  void wipe();

 private:
  friend struct TicketRole;

  /// What a handshake takes in the place of the application's settings.
  struct Offer : ClientSettings {
    explicit Offer(ClientTicket& t);
    ClientTicket& ticket;
    /// Who comes back with it.
    Bytes user;
  };

  ByteArray<kMaxTicket> bytes_{};
  /// A ticket is a credential whose user is named by its bytes.
  ClientCredential credential_{};
  Offer offer_;
  /// Of the present session, and so of the next ticket.
  Resumption resumption_{};
  /// A session has used it.
  bool offered_ = false;
};

extern const Role resuming_initiator;
extern const Role resuming_responder;

/// Settings of a client that has a ticket, or gets one.
struct ResumingClientSettings : ClientSettings {
  /// `t` must outlive the sessions, of which there is one at a time.
  ResumingClientSettings(const InitiatorFlow& f, const ClientCredential& c, ClientTicket& t)
      : ClientSettings(f, c, resuming_initiator), ticket(&t) {}

  ClientTicket* ticket;
  /// &p256_tickets. It may be null if the credential's mode is psk.
  const KeyExchange* ticket_exchange = nullptr;
};

/// Settings of a server that takes tickets. It serves the key flow, and so raw keys if its users have any.
struct ResumingServerSettings : ServerSettings {
  explicit ResumingServerSettings(const Decoy& d);

  /// &p256_tickets, or null if it takes tickets of mode psk alone.
  const KeyExchange* ticket_exchange = nullptr;
};

/// Goes on from Stage::enrolment in a handshake of Kind::ticket. `ticket` is what the server found in it, and
/// `enrolment` that of its user. Error::authentication_failed if they do not belong together any more, or a session
/// with forward secrecy would be resumed without. enrolment.user is kept.
Status provide_ticket(Handshake& handshake, const Ticket& ticket, const Enrolment& enrolment, Writer& out);

}  // namespace pawl
