// SPDX-License-Identifier: Apache-2.0
/// The server's side of the handshake. It is the server table of PROTOCOL.md 15 up to OPEN, and the rules of section 8.
#pragma once

#include <pawl/handshake/decoy.hpp>
#include <pawl/handshake/handshake.hpp>
#include <pawl/wire/client_hello.hpp>
#include <pawl/wire/reject.hpp>

namespace pawl {

/// A flow as the server runs it, password_responder or key_responder.
struct ResponderFlow {
  /// The enrolment is there, and the scalar is drawn unless the mode is psk. Begins the work, or writes ServerHello.
  Status (*begin)(Handshake& handshake, Writer& out);
  /// Does next_work.
  Status (*work)(Handshake& handshake, Writer& out);
  /// Takes the ClientFinish.
  Status (*client_finish)(Handshake& handshake, const ClientFinish& finish, Writer& out);
};

extern const Role responder;

/// As which of the codes of a Reject the wire learns of a failure (PROTOCOL.md 4, 11.3).
RejectCode reject_code(Error error);

/// Settings of a server.
struct ServerSettings : Settings {
  /// `decoy` must outlive the sessions. It must be prepared for the exchanges in the settings.
  explicit ServerSettings(const Decoy& d, const Role& r = responder) : Settings(r), decoy(&d) {}

  const Decoy* decoy;
  /// &password_responder, &key_responder, or null for a flow that this server does not serve.
  const ResponderFlow* password_flow = nullptr;
  const ResponderFlow* key_flow = nullptr;
  /// &p256_pake, or null if this server has no mode pake.
  const PakeExchange* pake = nullptr;
};

const ServerSettings& server_settings(const Handshake& handshake);

/// Whether the decoy can stand in for users of every mode that the settings name.
bool decoy_prepared(const ServerSettings& settings);

/// The flow of this handshake.
const ResponderFlow* responder_flow(const Handshake& handshake);

/// Whether `enrolment` is one that Stage::enrolment can ask for. It must be of the hello's user, and usable.
bool enrolment_fits(const Handshake& handshake, const Enrolment& enrolment);

/// Goes on from Stage::enrolment. Null, or an enrolment of another kind or mode than the hello's, selects the decoy.
/// The enrolment fits. Its fields but `user` and `pake` are copied.
Status provide_enrolment(Handshake& handshake, const Enrolment* enrolment, Writer& out);

/// Takes a hello of a mode whose exchange, if it needs one, is set. For the roles.
void take_client_hello(Handshake& handshake, const ClientHello& hello, Bytes frame);

/// Draws what the answer to the hello needs, whose secret is in ikm, and begins the flow. For the roles.
Status answer_client_hello(Handshake& handshake, Writer& out);

/// Writes ServerHello up to, without, its confirm, and adds it to the transcript. `out` says whether it had
/// room. For the flows.
void write_server_hello_head(Handshake& handshake, std::span<const std::uint8_t> share, Writer& out);

}  // namespace pawl
