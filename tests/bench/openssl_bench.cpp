// SPDX-License-Identifier: Apache-2.0
/// Yardsticks: what OpenSSL itself does on the same core. Its TLS 1.3 with an external pre-shared key, both ends in
/// memory and joined by a pair of BIOs, without tickets; and AES-256-GCM, sealed and opened, with nothing around it.
#include <benchmark/benchmark.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace pawl::bench {
namespace {

struct Free {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* end) const { SSL_free(end); }
  void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

constexpr std::array<unsigned char, 32> kPsk{1, 2, 3};
constexpr std::array<unsigned char, 8> kIdentity{'s', 'e', 'n', 's', 'o', 'r', '-', '1'};
/// TLS_AES_128_GCM_SHA256: the hash is that of Pawl.
constexpr std::array<unsigned char, 2> kSuite{0x13, 0x01};

SSL_SESSION* session_of_psk(SSL* end) {
  SSL_SESSION* session = SSL_SESSION_new();
  SSL_SESSION_set1_master_key(session, kPsk.data(), kPsk.size());
  SSL_SESSION_set_cipher(session, SSL_CIPHER_find(end, kSuite.data()));
  SSL_SESSION_set_protocol_version(session, TLS1_3_VERSION);
  return session;
}

int use_psk(SSL* end, const EVP_MD* /*digest*/, const unsigned char** id, std::size_t* size, SSL_SESSION** session) {
  *id = kIdentity.data();
  *size = kIdentity.size();
  *session = session_of_psk(end);
  return 1;
}

int find_psk(SSL* end, const unsigned char* /*id*/, std::size_t /*size*/, SSL_SESSION** session) {
  *session = session_of_psk(end);
  return 1;
}

Owned<SSL_CTX> context_of(const char* group) {
  Owned<SSL_CTX> context(SSL_CTX_new(TLS_method()));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  SSL_CTX_set_ciphersuites(context.get(), "TLS_AES_128_GCM_SHA256");
  SSL_CTX_set1_groups_list(context.get(), group);
  SSL_CTX_set_options(context.get(), SSL_OP_ALLOW_NO_DHE_KEX);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_psk_use_session_callback(context.get(), use_psk);
  SSL_CTX_set_psk_find_session_callback(context.get(), find_psk);
  return context;
}

/// True if both ends are open.
bool shake_hands(SSL_CTX* client_context, SSL_CTX* server_context) {
  const Owned<SSL> client(SSL_new(client_context));
  const Owned<SSL> server(SSL_new(server_context));
  BIO* up = nullptr;
  BIO* down = nullptr;
  if (BIO_new_bio_pair(&up, 0, &down, 0) != 1) return false;
  SSL_set_bio(client.get(), up, up);
  SSL_set_bio(server.get(), down, down);
  SSL_set_connect_state(client.get());
  SSL_set_accept_state(server.get());
  bool open = false;
  for (int turn = 0; turn < 4 && !open; ++turn) {
    const bool client_open = SSL_do_handshake(client.get()) == 1;
    open = SSL_do_handshake(server.get()) == 1 && client_open;
  }
  return open && SSL_session_reused(server.get()) == 1;
}

/// Where both ends have the same group there is a key exchange. With none in common there is not, but the client has
/// drawn its share.
void tls_psk(benchmark::State& state, const char* client_group, const char* server_group) {
  const Owned<SSL_CTX> client = context_of(client_group);
  const Owned<SSL_CTX> server = context_of(server_group);
  for (auto _ : state) {
    if (!shake_hands(client.get(), server.get())) state.SkipWithError("a handshake failed");
  }
  state.SetItemsProcessed(state.iterations());
}

void aes_gcm(benchmark::State& state) {
  const Owned<EVP_CIPHER> cipher(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
  const Owned<EVP_CIPHER_CTX> context(EVP_CIPHER_CTX_new());
  const std::array<unsigned char, 12> nonce{};
  std::array<unsigned char, 16> tag{};
  std::vector<unsigned char> text(static_cast<std::size_t>(state.range(0)));
  int size = 0;
  EVP_CIPHER_CTX* const ctx = context.get();
  bool good = EVP_EncryptInit_ex2(ctx, cipher.get(), kPsk.data(), nullptr, nullptr) == 1;
  for (auto _ : state) {
    for (const int encrypt : {1, 0}) {
      good = good && EVP_CipherInit_ex2(ctx, nullptr, nullptr, nonce.data(), encrypt, nullptr) == 1 &&
             EVP_CipherUpdate(ctx, text.data(), &size, text.data(), static_cast<int>(text.size())) == 1 &&
             (encrypt == 1 || EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, tag.size(), tag.data()) == 1) &&
             EVP_CipherFinal_ex(ctx, nullptr, &size) == 1 &&
             (encrypt == 0 || EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, tag.size(), tag.data()) == 1);
    }
    if (!good) state.SkipWithError("a text was not opened");
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}

BENCHMARK_CAPTURE(tls_psk, alone, "X25519", "P-256");
BENCHMARK_CAPTURE(tls_psk, dhe, "P-256", "P-256");
BENCHMARK(aes_gcm)->Arg(64)->Arg(1024)->Arg(16384);

}  // namespace
}  // namespace pawl::bench
