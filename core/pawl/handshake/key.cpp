// SPDX-License-Identifier: Apache-2.0
#include <pawl/handshake/key.hpp>

namespace pawl {
namespace {
// The functions of password.cpp have the same names.
namespace with_key {

// The client.

Status server_hello(Handshake& /*handshake*/, const ServerHello& /*hello*/) { return Error::none; }

/// h.frame is the ServerHello. Its confirm is checked, and then ours is made.
Status conclude_client(Handshake& h, Writer& out) {
  h.make_handshake_secret();
  h.transcript.add(h.frame.first(h.frame.size() - kConfirmSize));
  ConfirmKeys keys;
  const auto h1 = h.transcript.digest();
  derive_confirm_keys(h.hs, h1, keys);
  confirm(keys.server, h1, h.expected_confirm.writable());
  PAWL_TRY(h.check_confirm(h.frame.last(kConfirmSize)));
  const Bytes cid = h.cid();
  out.bytes(frame_header(FrameType::client_finish, cid.size() + kConfirmSize));
  out.bytes(cid);
  h.transcript.add(out.written());
  h.send_confirm(keys.client, h.transcript.digest(), out);
  h.stage = Stage::open;
  return Error::none;
}

// The server.

/// ikm is complete. Writes the ServerHello with its confirm.
Status conclude_server(Handshake& h, Writer& out) {
  h.make_handshake_secret();
  write_server_hello_head(h, h.share, out);
  ConfirmKeys keys;
  const auto h1 = h.transcript.digest();
  derive_confirm_keys(h.hs, h1, keys);
  h.send_confirm(keys.server, h1, out);
  h.expect_confirm(keys.client, FrameType::client_finish, h.cid());
  return Error::none;
}

Status begin(Handshake& h, Writer& out) {
  if (h.mode == Mode::psk) return conclude_server(h, out);
  h.want_work(Work::verify);
  return Error::none;
}

/// The verifier comes first, so that our share can take its place.
Status work(Handshake& h, Writer& out) {
  PAWL_TRY(h.exchange->work(h, h.share));
  if (h.next_work == Work::agree) return conclude_server(h, out);
  h.want_work(h.next_work == Work::verify ? Work::share : Work::agree);
  return Error::none;
}

Status client_finish(Handshake& h, const ClientFinish& finish, Writer& /*out*/) {
  PAWL_TRY(h.check_confirm(finish.confirm));
  h.stage = Stage::open;
  return Error::none;
}

}  // namespace with_key
}  // namespace

const InitiatorFlow key_initiator{Kind::raw_key, kMaxUser, &with_key::server_hello, &with_key::conclude_client};
const InitiatorFlow ticket_initiator{Kind::ticket, kMaxTicket, &with_key::server_hello, &with_key::conclude_client};
const ResponderFlow key_responder{&with_key::begin, &with_key::work, &with_key::client_finish};

}  // namespace pawl
