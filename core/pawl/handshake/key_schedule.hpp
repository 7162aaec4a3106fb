// SPDX-License-Identifier: Apache-2.0
/// From the agreed secret to the keys of the session, PROTOCOL.md 7. Only this file knows which side has which traffic
/// secret.
#pragma once

#include <pawl/crypto/sha256.hpp>
#include <pawl/record/traffic_secret.hpp>
#include <pawl/ticket/ticket.hpp>

namespace pawl {

enum class Side : std::uint8_t { client, server };

using HandshakeSecret = Secret<struct HandshakeSecretTag, 32>;
using ConfirmKey = Secret<struct ConfirmKeyTag, 32>;
using ResumptionSecret = Secret<struct ResumptionSecretTag, 32>;
using ExporterSecret = Secret<struct ExporterSecretTag, 32>;

/// hs = xtr(ikm)
void derive_handshake_secret(Bytes ikm, HandshakeSecret& hs);

/// The keys with which the two sides prove themselves.
struct ConfirmKeys {
  ConfirmKey client;
  ConfirmKey server;
};

/// k_c and k_s, bound to H1.
void derive_confirm_keys(const HandshakeSecret& hs, const Sha256::Digest& h1, ConfirmKeys& keys);

/// Writes a confirm field, HMAC(key, hash).
void confirm(const ConfirmKey& key, const Sha256::Digest& hash, std::span<std::uint8_t, 32> out);

/// What the handshake leaves to the session.
struct SessionSecrets {
  SendSecret send;
  ReceiveSecret receive;
  ExporterSecret exporter;
  Direction sends = Direction::client_to_server;
  Direction receives = Direction::server_to_client;
};

/// c2s_0, s2c_0 and exp, bound to Hend, as `side` sees them.
void derive_session_secrets(const HandshakeSecret& hs, const Sha256::Digest& h_end, Side side, SessionSecrets& secrets);

/// res, bound to Hend.
void derive_resumption_secret(const HandshakeSecret& hs, const Sha256::Digest& h_end, ResumptionSecret& res);

/// The chain of a session that no ticket has begun, bound to Hend.
void derive_chain(const HandshakeSecret& hs, const Sha256::Digest& h_end, Chain& chain);

/// rs of the ticket `seq` of a session (PROTOCOL.md 12).
void derive_ticket_secret(const ResumptionSecret& res, std::uint8_t seq, TicketSecret& rs);

/// Writes exporter(label, context, |out|). `label` has at most 249 bytes, `out` at most 32, and `context` any number.
void export_secret(const ExporterSecret& secret, Bytes label, Bytes context, MutBytes out);

}  // namespace pawl
