// SPDX-License-Identifier: Apache-2.0
#include <pawl/crypto/kdf.hpp>
#include <pawl/handshake/key_schedule.hpp>

namespace pawl {
namespace {

constexpr auto kClientConfirm = expand_label("c confirm");
constexpr auto kServerConfirm = expand_label("s confirm");
constexpr auto kClientToServer = expand_label("c2s");
constexpr auto kServerToClient = expand_label("s2c");
constexpr auto kExporter = expand_label("exporter");
constexpr auto kResume = expand_label("resume");
constexpr auto kChain = expand_label("chain");
constexpr auto kTicketSecret = expand_label("ticket");

}  // namespace

void derive_handshake_secret(Bytes ikm, HandshakeSecret& hs) { extract(ikm, hs.writable()); }

void derive_confirm_keys(const HandshakeSecret& hs, const Sha256::Digest& h1, ConfirmKeys& keys) {
  const Expansion secret(hs.bytes(), h1);
  secret.derive(kClientConfirm, keys.client.writable());
  secret.derive(kServerConfirm, keys.server.writable());
}

void confirm(const ConfirmKey& key, const Sha256::Digest& hash, std::span<std::uint8_t, 32> out) {
  hmac(HmacKey(key.bytes()), hash, out);
}

void derive_session_secrets(const HandshakeSecret& hs, const Sha256::Digest& h_end, Side side,
                            SessionSecrets& secrets) {
  const bool client = side == Side::client;
  const Expansion secret(hs.bytes(), h_end);
  secret.derive(kClientToServer, client ? secrets.send.writable() : secrets.receive.writable());
  secret.derive(kServerToClient, client ? secrets.receive.writable() : secrets.send.writable());
  secret.derive(kExporter, secrets.exporter.writable());
  secrets.sends = client ? Direction::client_to_server : Direction::server_to_client;
  secrets.receives = client ? Direction::server_to_client : Direction::client_to_server;
}

void derive_resumption_secret(const HandshakeSecret& hs, const Sha256::Digest& h_end, ResumptionSecret& res) {
  Expansion(hs.bytes(), h_end).derive(kResume, res.writable());
}

void derive_chain(const HandshakeSecret& hs, const Sha256::Digest& h_end, Chain& chain) {
  Expansion(hs.bytes(), h_end).derive(kChain, chain);
}

void derive_ticket_secret(const ResumptionSecret& res, std::uint8_t seq, TicketSecret& rs) {
  const ByteArray<1> context{seq};
  Expansion(res.bytes(), context).derive(kTicketSecret, rs.writable());
}

void export_secret(const ExporterSecret& secret, Bytes label, Bytes context, MutBytes out) {
  ByteArray<1 + kLabelPrefix.size() + kMaxLabel> laid_out{
      static_cast<std::uint8_t>(kLabelPrefix.size() + label.size())};
  copy(kLabelPrefix, MutBytes(laid_out).subspan(1));
  copy(label, MutBytes(laid_out).subspan(1 + kLabelPrefix.size()));
  ExporterSecret labelled;
  Expansion(secret.bytes(), {}).derive(laid_out, labelled.writable());
  const Sha256::Digest hash = sha256(context);
  Expansion(labelled.bytes(), hash).derive(kExporter, out);
}

}  // namespace pawl
