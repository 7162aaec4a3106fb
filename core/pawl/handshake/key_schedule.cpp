// SPDX-License-Identifier: Apache-2.0
#include <pawl/crypto/kdf.hpp>
#include <pawl/handshake/key_schedule.hpp>

namespace pawl {
namespace {

constexpr auto kClientConfirm = ascii("c confirm");
constexpr auto kServerConfirm = ascii("s confirm");
constexpr auto kClientToServer = ascii("c2s");
constexpr auto kServerToClient = ascii("s2c");
constexpr auto kExporter = ascii("exporter");

}  // namespace

void derive_handshake_secret(Bytes ikm, HandshakeSecret& hs) { extract(ikm, hs.writable()); }

void derive_confirm_keys(const HandshakeSecret& hs, const Sha256::Digest& h1, ConfirmKeys& keys) {
  const HmacKey secret(hs.bytes());
  expand(secret, kClientConfirm, h1, keys.client.writable());
  expand(secret, kServerConfirm, h1, keys.server.writable());
}

void confirm(const ConfirmKey& key, const Sha256::Digest& hash, std::span<std::uint8_t, 32> out) {
  hmac(HmacKey(key.bytes()), hash, out);
}

void derive_session_secrets(const HandshakeSecret& hs, const Sha256::Digest& h_end, Side side,
                            SessionSecrets& secrets) {
  const bool client = side == Side::client;
  const HmacKey secret(hs.bytes());
  expand(secret, client ? kClientToServer : kServerToClient, h_end, secrets.send.writable());
  expand(secret, client ? kServerToClient : kClientToServer, h_end, secrets.receive.writable());
  expand(secret, kExporter, h_end, secrets.exporter.writable());
  secrets.sends = client ? Direction::client_to_server : Direction::server_to_client;
  secrets.receives = client ? Direction::server_to_client : Direction::client_to_server;
}

void export_secret(const ExporterSecret& secret, Bytes label, Bytes context, MutBytes out) {
  ExporterSecret labelled;
  expand(HmacKey(secret.bytes()), label, {}, labelled.writable());
  expand(HmacKey(labelled.bytes()), kExporter, sha256(context), out);
}

}  // namespace pawl
