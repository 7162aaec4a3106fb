// SPDX-License-Identifier: Apache-2.0
#include <pawl/crypto/constant_time.hpp>
#include <pawl/handshake/initiator.hpp>
#include <pawl/wire/client_hello.hpp>

namespace pawl {
namespace {
// The functions of responder.cpp have the same names.
namespace as_initiator {

Status send_hello(Handshake& h, Writer& out) {
  ClientHello hello;
  hello.mode = h.mode;
  hello.kind = h.kind;
  hello.max_rx = h.own_max_rx;
  hello.idle = h.settings->idle;
  hello.nonce = h.nonce;
  hello.id = h.user;
  if (h.kind != Kind::password && h.mode == Mode::psk_ecdhe) hello.share = h.share;
  if (h.datagram != nullptr) hello.cookie = h.datagram->cookie;
  out.bytes(frame_header(FrameType::client_hello, client_hello_size(hello)));
  write_client_hello(hello, out);
  h.transcript.add(out.written());
  h.want_frame(FrameType::server_hello);
  return Error::none;
}

Status check(const Handshake& h) {
  const ClientCredential& credential = *h.credential;
  const bool user_valid = !h.user.empty() && h.user.size() <= client_settings(h).flow->longest_id;
  const bool mode_built = h.mode == Mode::psk || (h.exchange != nullptr && h.exchange->mode == h.mode);
  const bool usable = h.kind == Kind::password || credential.derived;
  return user_valid && mode_built && usable && client_settings(h).flow->kind == h.kind ? Error::none
                                                                                       : Error::invalid_argument;
}

Status start(Handshake& h, Writer& out) {
  const ClientSettings& settings = client_settings(h);
  h.credential = settings.credential;
  h.user = h.credential->user;
  h.kind = h.credential->kind;
  h.mode = h.credential->mode;
  h.exchange = settings.exchange;
  PAWL_TRY(check(h));
  PAWL_TRY(h.random->fill(h.nonce));
  if (h.mode == Mode::psk) return send_hello(h, out);
  // Drawn and multiplied before anything is sent, so that a slow device does it before it connects.
  PAWL_TRY(h.exchange->draw(*h.random, h.scalar));
  h.want_work(Work::share);
  return Error::none;
}

/// What a server may make of the idle time-out asked for (PROTOCOL.md 4.2).
bool idle_acceptable(std::uint16_t asked, std::uint16_t effective) {
  return asked == 0 || (effective != 0 && effective <= asked);
}

/// The server's hello is acceptable and the credential is there. The shared secrets come next.
Status agree(Handshake& h, Writer& out) {
  copy(h.credential->psk.bytes(), h.ikm_psk());
  if (h.mode == Mode::psk) return client_settings(h).flow->conclude(h, out);
  h.want_work(Work::agree);
  return Error::none;
}

Status receive_hello(Handshake& h, Bytes frame, Writer& out) {
  ServerHello hello;
  PAWL_TRY(parse_server_hello(frame.subspan(kFrameHeaderSize), h.kind, h.mode, h.cid().size(), hello));
  const bool none_over_datagrams = hello.idle == 0 && h.datagram != nullptr;
  if (!idle_acceptable(h.settings->idle, hello.idle) || none_over_datagrams) return Error::malformed;
  h.frame = frame;
  h.peer_share = hello.share;
  h.peer_max_rx = hello.max_rx;
  h.idle = hello.idle;
  PAWL_TRY(client_settings(h).flow->server_hello(h, hello));
  return h.stage == Stage::derivation ? Status() : agree(h, out);
}

Status receive(Handshake& h, Bytes frame, Writer& out) {
  if (h.awaits == FrameType::server_hello) return receive_hello(h, frame, out);
  PAWL_TRY(h.check_confirm(frame.subspan(kFrameHeaderSize)));
  h.stage = Stage::open;
  return Error::none;
}

Status work(Handshake& h, Writer& out) {
  PAWL_TRY(h.exchange->work(h, h.share));
  if (h.next_work == Work::share) return send_hello(h, out);
  if (h.next_work == Work::verify) return client_settings(h).flow->conclude(h, out);
  h.want_work(Work::verify);
  return Error::none;
}

}  // namespace as_initiator
}  // namespace

const Role initiator{Side::client, false,  &as_initiator::start, &as_initiator::receive, &as_initiator::work,
                     nullptr,      nullptr};

const ClientSettings& client_settings(const Handshake& handshake) {
  // Only ClientSettings name the initiator.
  return static_cast<const ClientSettings&>(*handshake.settings);
}

bool credential_fits(const Handshake& handshake, const ClientCredential& credential) {
  const Handshake& h = handshake;
  return credential.derived && credential.kind == h.kind && credential.mode == h.mode &&
         equal(credential.user, h.user) && credential.iterations == h.iterations && credential.salt == h.salt;
}

void await_another_hello(Handshake& handshake, Bytes hello, const P256Scalar& scalar) {
  Handshake& h = handshake;
  h.transcript = {};
  h.transcript.add(hello);
  h.transcript.add(h.datagram->cookie);
  copy(scalar.bytes(), h.scalar.writable());
  h.credential = client_settings(h).credential;
  h.want_frame(FrameType::server_hello);
}

Status provide_credential(Handshake& handshake, const ClientCredential& credential, Writer& out) {
  handshake.credential = &credential;
  return as_initiator::agree(handshake, out);
}

}  // namespace pawl
