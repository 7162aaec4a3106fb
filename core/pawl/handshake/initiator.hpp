// SPDX-License-Identifier: Apache-2.0
/// The client's side of the handshake, which is the client table of PROTOCOL.md 15 up to OPEN.
#pragma once

#include <pawl/handshake/handshake.hpp>

namespace pawl {

/// A flow as the client runs it, password_initiator, key_initiator or ticket_initiator.
struct InitiatorFlow {
  Kind kind;
  /// Of what the ClientHello has as id.
  std::uint8_t longest_id;
  /// Checks what a ServerHello says for this flow alone, and asks for a derivation if need be.
  Status (*server_hello)(Handshake& handshake, const ServerHello& hello);
  /// ikm is complete. Checks or makes the confirms and writes ClientFinish.
  Status (*conclude)(Handshake& handshake, Writer& out);
};

extern const Role initiator;

/// Settings of a client.
struct ClientSettings : Settings {
  /// Both must outlive the sessions. The flow must be that of the credential's kind.
  ClientSettings(const InitiatorFlow& f, const ClientCredential& c, const Role& r = initiator)
      : Settings(r), flow(&f), credential(&c) {}

  const InitiatorFlow* flow;
  const ClientCredential* credential;
  /// What it accepts of a server (PROTOCOL.md 3). Never below 1.
  std::uint32_t iterations_floor = Config::kIterationsFloor;
  std::uint32_t iterations_ceiling = Config::kIterationsCeiling;
};

const ClientSettings& client_settings(const Handshake& handshake);

/// Whether `credential` is the derived one that Stage::derivation asks for, with this user, kind, mode, salt and
/// iterations.
bool credential_fits(const Handshake& handshake, const ClientCredential& credential);

/// Over datagrams, the ServerHello that the handshake went on with has proved wrong. Goes back to waiting for one, as
/// after the ClientHello was sent. `hello` is that ClientHello without its cookie field, and `scalar` is the one drawn
/// for it.
void await_another_hello(Handshake& handshake, Bytes hello, const P256Scalar& scalar);

/// Goes on from Stage::derivation with a credential that fits and outlives the session.
Status provide_credential(Handshake& handshake, const ClientCredential& credential, Writer& out);

}  // namespace pawl
