// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <pawl/port/baremetal/hmac_drbg.hpp>

namespace pawl {

void HmacDrbg::instantiate(Bytes entropy, Bytes nonce, Bytes personalization) {
  std::ranges::fill(key_.writable(), std::uint8_t{0x00});
  std::ranges::fill(value_.writable(), std::uint8_t{0x01});
  update(entropy, nonce, personalization);
  instantiated_ = true;
}

void HmacDrbg::reseed(Bytes entropy) { update(entropy, {}, {}); }

Status HmacDrbg::generate(MutBytes out) {
  if (!instantiated_ || out.size() > kMaxRequest) return Error::random_failed;
  {
    const HmacKey key(key_.bytes());
    while (!out.empty()) {
      hmac(key, value_.bytes(), value_.writable());
      const std::size_t size = std::min(out.size(), Hmac::kSize);
      copy(value_.bytes().first(size), out);
      out = out.subspan(size);
    }
  }
  update({}, {}, {});
  return Error::none;
}

/// HMAC_DRBG_Update of 10.1.2.2. The provided data is a ‖ b ‖ c.
void HmacDrbg::update(Bytes a, Bytes b, Bytes c) {
  update_once(0x00, a, b, c);
  if (a.empty() && b.empty() && c.empty()) return;
  update_once(0x01, a, b, c);
}

void HmacDrbg::update_once(std::uint8_t round, Bytes a, Bytes b, Bytes c) {
  const HmacKey old_key(key_.bytes());
  Hmac mac(old_key);
  mac.update(value_.bytes());
  mac.update({&round, 1});
  mac.update(a);
  mac.update(b);
  mac.update(c);
  mac.finish(key_.writable());
  const HmacKey new_key(key_.bytes());
  hmac(new_key, value_.bytes(), value_.writable());
}

}  // namespace pawl
