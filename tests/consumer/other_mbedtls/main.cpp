// SPDX-License-Identifier: Apache-2.0
// Both libraries at work in one program. What is expected of the application's own is that of the published test
// vectors.
#include <mbedtls/gcm.h>
#include <p256-m.h>

#include <algorithm>
#include <cstdlib>
#include <pawl/crypto/p256.hpp>
#include <pawl/record/stream_opener.hpp>
#include <pawl/record/stream_sealer.hpp>

using namespace pawl;

// What p256-m.c refers to, and an application that has it defines.
extern "C" int psa_generate_random(std::uint8_t* output, std::size_t size);
extern "C" int psa_generate_random(std::uint8_t* output, std::size_t size) {
  std::fill_n(output, size, std::uint8_t{1});
  return 0;
}

static void require(bool holds) {
  if (!holds) std::abort();
}

// Key, nonce and plaintext of zeros: test case 13 of the GCM specification.
static void use_own(mbedtls_gcm_context& gcm) {
  constexpr ByteArray<16> expected{0x53, 0x0f, 0x8a, 0xfb, 0xc7, 0x45, 0x36, 0xb9,
                                   0xa9, 0x63, 0xb4, 0xf1, 0xc4, 0xcb, 0x73, 0x8b};
  constexpr ByteArray<12> nonce{};
  ByteArray<16> tag{};
  require(mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, 0, nonce.data(), nonce.size(), nullptr, 0, nullptr,
                                    nullptr, tag.size(), tag.data()) == 0);
  require(tag == expected);
}

static void use_pawl(StreamSealer& sealer, StreamOpener& opener) {
  ByteArray<5 + kRecordOverhead> record{'h', 'e', 'l', 'l', 'o'};
  require(sealer.seal(RecordType::data, 5, record).ok());
  const auto header = parse_record_header(Bytes(record).first<kRecordHeaderSize>(), kMaxMaxRx);
  require(header.ok());
  const auto opened = opener.open(header.value(), record);
  require(opened.ok());
}

int main() {
  mbedtls_gcm_context gcm;
  mbedtls_gcm_init(&gcm);
  constexpr ByteArray<32> key{};
  require(mbedtls_gcm_setkey(&gcm, MBEDTLS_CIPHER_ID_AES, key.data(), 256) == 0);
  constexpr ByteArray<32> secret{1};
  StreamSealer sealer(SendSecret(secret), Direction::client_to_server);
  StreamOpener opener(ReceiveSecret(secret), Direction::client_to_server);
  for (int i = 0; i < 10; ++i) {
    use_own(gcm);
    use_pawl(sealer, opener);
  }
  mbedtls_gcm_free(&gcm);
  ByteArray<64> point{};
  ByteArray<64> own_point{};
  ByteArray<32> scalar{};
  require(p256_gen_keypair(scalar.data(), own_point.data()) == P256_SUCCESS);
  require(p256_public(P256Scalar(scalar), point).ok());
  require(point == own_point);
  return EXIT_SUCCESS;
}
