// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/crypto/constant_time.hpp>
#include <pawl/crypto/hmac.hpp>
#include <pawl/session/retry_cookies.hpp>
#include <pawl/wire/reader.hpp>
#include <pawl/wire/writer.hpp>

namespace pawl {
namespace {

constexpr auto kLabel = ascii("pawl2 cookie");
constexpr std::size_t kMacSize = kCookieSize - sizeof(std::uint32_t);

std::uint32_t seconds_of(Instant now) { return static_cast<std::uint32_t>(now.ms / 1000); }

}  // namespace

Status RetryCookies::start(Random& random, Instant now) {
  drawn_ = now;
  PAWL_TRY(random.fill(previous_.writable()));
  return random.fill(present_.writable());
}

void RetryCookies::advance(Random& random, Instant now) {
  if (now - drawn_ < Config::kCookieKeyLife) return;
  Key next;
  if (!random.fill(next.writable()).ok()) return;
  previous_ = static_cast<Key&&>(present_);
  present_ = static_cast<Key&&>(next);
  drawn_ = now;
}

RetryCookies::Cookie RetryCookies::make(const Address& from, const Sha256::Digest& hello, Instant now) const {
  return make(present_, seconds_of(now), from, hello);
}

bool RetryCookies::good(const Cookie& cookie, const Address& from, const Sha256::Digest& hello, Instant now) const {
  const std::uint32_t t = Reader(cookie).u32();
  const std::uint32_t present = seconds_of(now);
  const std::uint32_t age = t > present ? t - present : present - t;
  if (seconds(age) > Config::kCookieLife) return false;
  return equal(cookie, make(present_, t, from, hello)) || equal(cookie, make(previous_, t, from, hello));
}

RetryCookies::Cookie RetryCookies::make(const Key& key, std::uint32_t t, const Address& from,
                                        const Sha256::Digest& hello) {
  const Bytes address = from.bytes();
  ByteArray<sizeof(std::uint32_t) + 1> head{};
  Writer head_writer(head);
  head_writer.u32(t);
  head_writer.u8(static_cast<std::uint8_t>(address.size()));
  const HmacKey hmac_key(key.bytes());
  Hmac mac(hmac_key);
  mac.update(kLabel);
  mac.update(head);
  mac.update(address);
  mac.update(hello);
  Sha256::Digest digest{};
  mac.finish(digest);
  Cookie cookie{};
  Writer writer(cookie);
  writer.u32(t);
  writer.bytes(Bytes(digest).first(kMacSize));
  return cookie;
}

}  // namespace pawl
