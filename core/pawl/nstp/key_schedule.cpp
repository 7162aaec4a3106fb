// SPDX-License-Identifier: Apache-2.0
#include <pawl/nstp/key_schedule.hpp>
#include <pawl/wire/writer.hpp>

namespace pawl::nstp {
namespace {

/// device_salt || user, on the stack for as long as Pbkdf2's constructor takes.
struct SaltAndUser {
  SaltAndUser(Bytes device_salt, Bytes user) : writer(buffer) {
    writer.bytes(device_salt);
    writer.bytes(user);
  }

  ByteArray<kMaxDeviceSalt + kMaxUser> buffer{};
  Writer writer;
};

/// HMAC(key, first || second || user)
void mac_of(const HmacKey& key, Bytes first, Bytes second, Bytes user, std::span<std::uint8_t, Hmac::kSize> out) {
  Hmac mac(key);
  mac.update(first);
  mac.update(second);
  mac.update(user);
  mac.finish(out);
}

}  // namespace

PskDerivation::PskDerivation(Bytes device_salt, Bytes user, Bytes password, std::uint32_t iterations)
    : in_range_(device_salt.size() >= kMinDeviceSalt && device_salt.size() <= kMaxDeviceSalt && !user.empty() &&
                user.size() <= kMaxUser),
      pbkdf2_(password, SaltAndUser(device_salt, user).writer.written(), iterations) {}

Status PskDerivation::finish(Psk& psk) const {
  if (!in_range_) return Error::invalid_argument;
  if (done() < total()) return Error::wrong_state;
  copy(pbkdf2_.key(), psk.writable());
  return Error::none;
}

void derive_session_keys(const Psk& psk, const ClientNonce& client_nonce, const SessionNonce& session_nonce, Bytes user,
                         SessionKeys& keys) {
  mac_of(HmacKey(psk.bytes()), client_nonce, session_nonce, {}, keys.key.writable());
  const HmacKey session_key(keys.key.bytes());
  mac_of(session_key, client_nonce, session_nonce, user, keys.client.writable());
  mac_of(session_key, session_nonce, client_nonce, user, keys.server.writable());
}

}  // namespace pawl::nstp
