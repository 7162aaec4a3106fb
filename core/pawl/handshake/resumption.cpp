// SPDX-License-Identifier: Apache-2.0
#include <pawl/crypto/constant_time.hpp>
#include <pawl/handshake/key.hpp>
#include <pawl/handshake/resumption.hpp>
#include <pawl/wire/ticket_record.hpp>

namespace pawl {

// The open session.

void Resumption::fill(std::uint8_t seq, Ticket& ticket) const {
  secret(seq, ticket.secret);
  ticket.chain = chain_;
  ticket.chain_not_after = chain_not_after;
}

void Resumption::inherit(const Ticket& ticket) {
  chain_ = ticket.chain;
  chain_not_after = ticket.chain_not_after;
}

void Resumption::derive(const Handshake& handshake) {
  const auto h_end = handshake.transcript.digest();
  derive_resumption_secret(handshake.hs, h_end, res_);
  if (handshake.kind != Kind::ticket) derive_chain(handshake.hs, h_end, chain_);
}

// The client's ticket.

ClientTicket::ClientTicket() : offer_(*this) {
  credential_.kind = Kind::ticket;
  credential_.derived = true;
}

ClientTicket::Offer::Offer(ClientTicket& t)
    : ClientSettings(ticket_initiator, t.credential_, resuming_initiator), ticket(t) {}

std::uint32_t ClientTicket::take(Bytes received) {
  const TicketRecord record = parse_ticket_record(received);
  TicketSecret secret;
  resumption_.secret(record.seq, secret);
  static_cast<void>(restore(record.ticket, secret.bytes()));
  return record.lifetime;
}

Status ClientTicket::restore(Bytes ticket, std::span<const std::uint8_t, TicketSecret::kSize> secret) {
  if (ticket.empty() || ticket.size() > bytes_.size()) return Error::invalid_argument;
  copy(ticket, bytes_);
  credential_.user = Bytes(bytes_).first(ticket.size());
  copy(secret, credential_.psk.writable());
  offered_ = false;
  return Error::none;
}

bool ClientTicket::ended(Error error) {
  if (!offered_) return false;
  offered_ = false;
  if (error == Error::busy) return false;
  wipe();
  return error == Error::authentication_failed;
}

void ClientTicket::wipe() {
  pawl::wipe(bytes_);
  pawl::wipe(credential_.psk.writable());
  credential_.user = {};
  offered_ = false;
}

/// What both roles do otherwise than without tickets.
struct TicketRole {
  // The client.

  static Status start_client(Handshake& h, Writer& out) {
    // Only ResumingClientSettings name this role, and a ticket's offer, which no handshake starts with.
    const auto& settings = static_cast<const ResumingClientSettings&>(*h.settings);
    ClientTicket& ticket = *settings.ticket;
    h.resumption = &ticket.resumption_;
    // A session with forward secrecy is never resumed without.
    const Mode mode = settings.credential->mode == Mode::psk ? Mode::psk : Mode::psk_ecdhe;
    const bool built = mode == Mode::psk || settings.ticket_exchange != nullptr;
    if (!ticket.usable() || !built || hello_size(h, mode, ticket) > out.room()) return initiator.start(h, out);
    ticket.offered_ = true;
    ticket.credential_.mode = mode;
    ticket.offer_.exchange = settings.ticket_exchange;
    ticket.offer_.idle = settings.idle;
    ticket.offer_.user = settings.credential->user;
    h.settings = &ticket.offer_;
    return initiator.start(h, out);
  }

  static std::size_t hello_size(const Handshake& h, Mode mode, const ClientTicket& ticket) {
    ClientHello hello;
    hello.id = ticket.bytes();
    if (mode == Mode::psk_ecdhe) hello.share = h.share;
    if (h.datagram != nullptr) hello.cookie = h.datagram->cookie;
    return kFrameHeaderSize + client_hello_size(hello);
  }

  static void opened_client(Handshake& h) {
    h.resumption->derive(h);
    if (h.kind != Kind::ticket) return;
    const auto& offer = static_cast<const ClientTicket::Offer&>(*h.settings);
    h.user = offer.user;
    offer.ticket.wipe();
  }

  // The server.

  static Status receive_server(Handshake& h, Bytes frame, Writer& out) {
    if (h.awaits != FrameType::client_hello) return responder.receive(h, frame, out);
    const auto parsed = parse_client_hello(frame.subspan(kFrameHeaderSize), h.datagram != nullptr);
    if (!parsed.ok() || parsed.value().kind != Kind::ticket) return responder.receive(h, frame, out);
    // Only ResumingServerSettings name this role.
    h.exchange = static_cast<const ResumingServerSettings&>(*h.settings).ticket_exchange;
    if (parsed.value().mode != Mode::psk && h.exchange == nullptr) return Error::authentication_failed;
    take_client_hello(h, parsed.value(), frame);
    return Error::none;
  }

  static void opened_server(Handshake& h) {
    if (h.resumption != nullptr) h.resumption->derive(h);
  }

  // What they do no otherwise.

  static Status receive_client(Handshake& h, Bytes frame, Writer& out) { return initiator.receive(h, frame, out); }
  static Status work_client(Handshake& h, Writer& out) { return initiator.work(h, out); }
  static Status start_server(Handshake& h, Writer& out) { return responder.start(h, out); }
  static Status work_server(Handshake& h, Writer& out) { return responder.work(h, out); }
  static void refuse(Error error, std::uint16_t retry_after, Writer& out) { responder.refuse(error, retry_after, out); }
};

const Role resuming_initiator{Side::client,
                              false,
                              &TicketRole::start_client,
                              &TicketRole::receive_client,
                              &TicketRole::work_client,
                              nullptr,
                              &TicketRole::opened_client};
const Role resuming_responder{Side::server,
                              true,
                              &TicketRole::start_server,
                              &TicketRole::receive_server,
                              &TicketRole::work_server,
                              &TicketRole::refuse,
                              &TicketRole::opened_server};

ResumingServerSettings::ResumingServerSettings(const Decoy& d) : ServerSettings(d, resuming_responder) {
  key_flow = &key_responder;
}

Status provide_ticket(Handshake& handshake, const Ticket& ticket, const Enrolment& enrolment, Writer& out) {
  Handshake& h = handshake;
  const bool same = equal(ticket.user(), enrolment.user) && ticket.generation == enrolment.generation;
  const bool as_secret = h.mode == Mode::psk_ecdhe || ticket.mode == Mode::psk;
  if (h.kind != Kind::ticket || !same || !as_secret) return Error::authentication_failed;
  copy(ticket.secret.bytes(), h.ikm_psk());
  h.user = enrolment.user;
  if (h.resumption != nullptr) h.resumption->inherit(ticket);
  return answer_client_hello(h, out);
}

}  // namespace pawl
