// SPDX-License-Identifier: Apache-2.0
/// What a password costs its user, and, as OpenSSL computes it, whoever guesses at it.
#include <benchmark/benchmark.h>
#include <openssl/evp.h>

#include <pawl/base/config.hpp>
#include <pawl/crypto/pbkdf2.hpp>

namespace pawl::bench {
namespace {

constexpr auto kPassword = ascii("correct horse battery staple");
constexpr auto kSalt = ascii("0123456789abcdef");
constexpr int kIterations = Config::kIterationsFloor;

using Key = ByteArray<Pbkdf2::kSize>;

Key by_pawl() {
  Key key{};
  Pbkdf2 derivation(kPassword, kSalt, kIterations);
  derivation.step(kIterations);
  copy(derivation.key(), key);
  return key;
}

Key by_openssl() {
  Key key{};
  PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(kPassword.data()), kPassword.size(), kSalt.data(), kSalt.size(),
                    kIterations, EVP_sha256(), key.size(), key.data());
  return key;
}

void pbkdf2(benchmark::State& state, Key (*derive)()) {
  static const Key expected = by_openssl();
  for (auto _ : state) {
    if (derive() != expected) state.SkipWithError("the derived keys differ");
  }
}

BENCHMARK_CAPTURE(pbkdf2, pawl, &by_pawl)->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK_CAPTURE(pbkdf2, openssl, &by_openssl)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
}  // namespace pawl::bench
