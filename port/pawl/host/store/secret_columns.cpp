// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <pawl/host/store/secret_columns.hpp>
#include <pawl/port/posix/random.hpp>
#include <pawl/wire/parameters.hpp>

namespace pawl::host {
namespace {

/// What a secret is bound to. It always has the same size, so that a long name takes no longer than a short one.
using Place = ByteArray<2 + kMaxUser>;

Place place_of(Bytes user, std::uint8_t column) {
  Place place{};
  place[0] = column;
  place[1] = static_cast<std::uint8_t>(user.size());
  copy(user.first(std::min(user.size(), kMaxUser)), MutBytes(place).subspan(2));
  return place;
}

}  // namespace

SecretColumns::SecretColumns(const std::optional<StoreKey>& key) {
  if (key) key_.emplace(key->bytes());
}

FailureOr<Bytes> SecretColumns::put(Bytes user, std::uint8_t column, Bytes secret, Room& room) const {
  if (!key_) return secret;
  GcmNonce nonce;
  SystemRandom random;
  if (const Status drawn = random.fill(nonce); !drawn.ok()) return core_failure(drawn.error());
  copy(nonce, room);
  const MutBytes sealed = MutBytes(room).subspan(kGcmNonceSize, secret.size() + kGcmTagSize);
  copy(secret, sealed);
  const Status done = aes_gcm_seal(*key_, nonce, place_of(user, column), sealed);
  if (done.ok()) return Bytes(room).first(secret.size() + kOverhead);
  wipe(room);
  return core_failure(done.error());
}

bool SecretColumns::get(Bytes user, std::uint8_t column, Bytes stored, MutBytes secret) const {
  if (stored.size() != secret.size() + (key_ ? kOverhead : 0)) return false;
  if (!key_) {
    copy(stored, secret);
    return true;
  }
  GcmNonce nonce;
  copy(stored.first(kGcmNonceSize), nonce);
  Secret<struct SealedTag, kMostSecret + kGcmTagSize> text;
  const MutBytes sealed = MutBytes(text.writable()).first(secret.size() + kGcmTagSize);
  copy(stored.subspan(kGcmNonceSize), sealed);
  const bool genuine = aes_gcm_open(*key_, nonce, place_of(user, column), sealed).ok();
  copy(sealed.first(secret.size()), secret);
  return genuine;
}

}  // namespace pawl::host
