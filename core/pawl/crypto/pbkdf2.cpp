// SPDX-License-Identifier: Apache-2.0
#include <pawl/crypto/pbkdf2.hpp>

namespace pawl {

Pbkdf2::Pbkdf2(Bytes password, Bytes salt, std::uint32_t iterations)
    : password_(HmacKey::of_any_length(password)), total_(iterations) {
  const ByteArray<4> block_index{0, 0, 0, 1};
  Hmac mac(password_);
  mac.update(salt);
  mac.update(block_index);
  mac.finish(block_.writable());
  copy(block_.bytes(), output_.writable());
}

bool Pbkdf2::step(std::uint32_t iterations) {
  const auto block = block_.writable();
  const auto output = output_.writable();
  for (; iterations > 0 && done_ < total_; --iterations, ++done_) {
    hmac(password_, block, block);
    for (std::size_t i = 0; i < kSize; ++i) output[i] ^= block[i];
  }
  return done_ >= total_;
}

}  // namespace pawl
