// SPDX-License-Identifier: Apache-2.0
#include <pawl/crypto/constant_time.hpp>
#include <pawl/handshake/responder.hpp>

namespace pawl {
namespace {
// The functions of initiator.cpp have the same names.
namespace as_responder {

/// The smaller of both wishes, where 0 is no wish.
std::uint16_t effective_idle(std::uint16_t client, std::uint16_t server) {
  if (client == 0 || server == 0) return std::max(client, server);
  return std::min(client, server);
}

const KeyExchange* exchange_of(const ServerSettings& settings, Mode mode) {
  const KeyExchange* const named = mode == Mode::pake ? settings.pake : settings.exchange;
  return named != nullptr && named->mode == mode ? named : nullptr;
}

Status start(Handshake& h, Writer& /*out*/) {
  if (!decoy_prepared(server_settings(h))) return Error::invalid_argument;
  h.want_frame(FrameType::client_hello);
  return Error::none;
}

Status receive_hello(Handshake& h, Bytes frame) {
  const auto parsed = parse_client_hello(frame.subspan(kFrameHeaderSize), h.datagram != nullptr);
  if (!parsed.ok()) return parsed.error();
  const ClientHello& hello = parsed.value();
  if (hello.kind == Kind::ticket) return Error::authentication_failed;
  h.exchange = exchange_of(server_settings(h), hello.mode);
  if (hello.mode != Mode::psk && h.exchange == nullptr) return Error::unsupported;
  h.kind = hello.kind;
  if (responder_flow(h) == nullptr) return Error::authentication_failed;
  take_client_hello(h, hello, frame);
  return Error::none;
}

Status receive(Handshake& h, Bytes frame, Writer& out) {
  if (h.awaits == FrameType::client_hello) return receive_hello(h, frame);
  const auto finish = parse_client_finish(frame.subspan(kFrameHeaderSize), h.kind, h.mode, h.cid().size());
  if (!finish.ok()) return finish.error();
  h.frame = frame;
  return responder_flow(h)->client_finish(h, finish.value(), out);
}

Status work(Handshake& h, Writer& out) { return responder_flow(h)->work(h, out); }

void refuse(Error error, std::uint16_t retry_after, Writer& out) {
  out.bytes(reject_frame({reject_code(error), retry_after}));
}

/// What h.user views if there is no such user. It can be any bytes, as many as there are in the name, so that hashing
/// them takes as long.
constexpr ByteArray<kMaxUser> kNobody{};

/// The stand-in is always computed and the choice made without a branch, so that a real user costs what an unknown one
/// does.
void take_enrolment(Handshake& h, const Enrolment& enrolment, bool real) {
  Enrolment chosen;
  server_settings(h).decoy->stand_in(h.user, h.kind, h.mode, chosen);
  copy_if(real, enrolment.psk.bytes(), chosen.psk.writable());
  copy_if(real, enrolment.salt, chosen.salt);
  copy_if(real, enrolment.verifier, chosen.verifier);
  copy(chosen.psk.bytes(), h.ikm_psk());
  h.salt = chosen.salt;
  h.share = chosen.verifier;
  h.iterations = real ? enrolment.iterations : chosen.iterations;
  h.decoy = !real;
  const std::array pakes{server_settings(h).decoy->pake(), static_cast<const PakeVerifier*>(enrolment.pake)};
  h.pake = pakes[real ? 1 : 0];
  h.user = real ? enrolment.user : Bytes(kNobody).first(h.user.size());
}

}  // namespace as_responder
}  // namespace

const Role responder{Side::server,          false,  &as_responder::start, &as_responder::receive, &as_responder::work,
                     &as_responder::refuse, nullptr};

RejectCode reject_code(Error error) {
  if (error == Error::unsupported) return RejectCode::unsupported;
  return error == Error::busy ? RejectCode::busy : RejectCode::failed;
}

const ServerSettings& server_settings(const Handshake& handshake) {
  // Only ServerSettings name the responder.
  return static_cast<const ServerSettings&>(*handshake.settings);
}

bool decoy_prepared(const ServerSettings& settings) {
  const Decoy& decoy = *settings.decoy;
  return (settings.exchange == nullptr || decoy.prepared()) && (settings.pake == nullptr || decoy.pake() != nullptr);
}

const ResponderFlow* responder_flow(const Handshake& handshake) {
  const ServerSettings& settings = server_settings(handshake);
  return handshake.kind == Kind::password ? settings.password_flow : settings.key_flow;
}

bool enrolment_fits(const Handshake& handshake, const Enrolment& enrolment) {
  const bool complete = enrolment.mode != Mode::pake || enrolment.pake != nullptr;
  return complete && equal(enrolment.user, handshake.user) &&
         (enrolment.kind != Kind::password || enrolment.iterations >= 1);
}

Status provide_enrolment(Handshake& handshake, const Enrolment* enrolment, Writer& out) {
  Handshake& h = handshake;
  // Only provide_ticket() says who a ticket is of.
  if (h.kind == Kind::ticket) return Error::authentication_failed;
  const Enrolment none;
  if (enrolment == nullptr) enrolment = &none;
  const bool real = enrolment != &none && enrolment->kind == h.kind && enrolment->mode == h.mode;
  as_responder::take_enrolment(h, *enrolment, real);
  return answer_client_hello(h, out);
}

void take_client_hello(Handshake& handshake, const ClientHello& hello, Bytes frame) {
  Handshake& h = handshake;
  h.kind = hello.kind;
  h.mode = hello.mode;
  h.frame = frame;
  h.user = hello.id;
  h.peer_share = hello.share;
  h.peer_max_rx = hello.max_rx;
  h.idle = as_responder::effective_idle(hello.idle, h.settings->idle);
  h.transcript.add(frame);
  h.stage = Stage::enrolment;
}

Status answer_client_hello(Handshake& handshake, Writer& out) {
  Handshake& h = handshake;
  PAWL_TRY(h.random->fill(h.nonce));
  if (h.datagram != nullptr) PAWL_TRY(h.random->fill(h.datagram->cid));
  if (h.mode != Mode::psk) PAWL_TRY(h.exchange->draw(*h.random, h.scalar));
  return responder_flow(h)->begin(h, out);
}

void write_server_hello_head(Handshake& handshake, std::span<const std::uint8_t> share, Writer& out) {
  Handshake& h = handshake;
  ServerHello hello;
  hello.max_rx = h.own_max_rx;
  hello.idle = h.idle;
  hello.nonce = h.nonce;
  hello.cid = h.cid();
  hello.iterations = h.iterations;
  if (h.kind == Kind::password) hello.salt = h.salt;
  if (h.mode != Mode::psk) hello.share = share;
  out.bytes(frame_header(FrameType::server_hello, server_hello_size(h.kind, h.mode, h.cid().size())));
  write_server_hello(hello, out);
  h.transcript.add(out.written());
}

}  // namespace pawl
