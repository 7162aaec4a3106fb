// SPDX-License-Identifier: Apache-2.0
#include <pawl/crypto/constant_time.hpp>
#include <pawl/handshake/password.hpp>

namespace pawl {
namespace {
// The functions of key.cpp have the same names.
namespace with_password {

// The client.

Status server_hello(Handshake& h, const ServerHello& hello) {
  const ClientSettings& settings = client_settings(h);
  h.iterations = hello.iterations;
  copy(hello.salt, h.salt);
  const std::uint32_t floor = std::max(settings.iterations_floor, std::uint32_t{1});
  if (h.iterations < floor || h.iterations > settings.iterations_ceiling) return Error::iterations_refused;
  if (!h.credential->derived) {
    h.stage = Stage::derivation;
    return Error::none;
  }
  const bool same = h.credential->iterations == h.iterations && h.credential->salt == h.salt;
  return same ? Error::none : Error::credential_stale;
}

Status conclude_client(Handshake& h, Writer& out) {
  h.make_handshake_secret();
  h.transcript.add(h.frame);
  out.bytes(frame_header(FrameType::client_finish, client_finish_size(h.kind, h.mode, h.cid().size())));
  out.bytes(h.cid());
  if (h.mode != Mode::psk) out.bytes(h.share);
  h.transcript.add(out.written());
  ConfirmKeys keys;
  const auto h1 = h.transcript.digest();
  derive_confirm_keys(h.hs, h1, keys);
  h.send_confirm(keys.client, h1, out);
  h.expect_confirm(keys.server, FrameType::server_finish, {});
  return Error::none;
}

// The server.

Status send_hello(Handshake& h, Bytes share, Writer& out) {
  write_server_hello_head(h, share, out);
  h.want_frame(FrameType::client_finish);
  return Error::none;
}

Status begin(Handshake& h, Writer& out) {
  if (h.mode == Mode::psk) return send_hello(h, {}, out);
  h.want_work(Work::share);
  return Error::none;
}

/// ikm is complete and h.frame is the ClientFinish. The confirms of both sides come next.
Status conclude_server(Handshake& h, Writer& out) {
  h.make_handshake_secret();
  const Bytes confirm_c = h.frame.last(kConfirmSize);
  h.transcript.add(h.frame.first(h.frame.size() - kConfirmSize));
  ConfirmKeys keys;
  const auto h1 = h.transcript.digest();
  derive_confirm_keys(h.hs, h1, keys);
  confirm(keys.client, h1, h.expected_confirm.writable());
  PAWL_TRY(h.check_confirm(confirm_c));
  const auto header = frame_header(FrameType::server_finish, kConfirmSize);
  h.transcript.add(header);
  out.bytes(header);
  h.send_confirm(keys.server, h.transcript.digest(), out);
  h.stage = Stage::open;
  return Error::none;
}

Status work(Handshake& h, Writer& out) {
  // In mode psk_ecdhe, h.share keeps the verifier until the ClientFinish is there.
  ByteArray<kShareSize> share{};
  PAWL_TRY(h.exchange->work(h, share));
  if (h.next_work == Work::share) return send_hello(h, share, out);
  if (h.next_work == Work::verify) return conclude_server(h, out);
  h.want_work(Work::verify);
  return Error::none;
}

Status client_finish(Handshake& h, const ClientFinish& finish, Writer& out) {
  h.peer_share = finish.share;
  if (h.mode == Mode::psk) return conclude_server(h, out);
  h.want_work(Work::agree);
  return Error::none;
}

}  // namespace with_password
}  // namespace

const InitiatorFlow password_initiator{Kind::password, kMaxUser, &with_password::server_hello,
                                       &with_password::conclude_client};
const ResponderFlow password_responder{&with_password::begin, &with_password::work, &with_password::client_finish};

}  // namespace pawl
