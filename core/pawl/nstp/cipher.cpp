// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/nstp/cipher.hpp>
#include <pawl/wire/reader.hpp>
#include <pawl/wire/writer.hpp>

namespace pawl::nstp {
namespace {

/// Whether the nonce is one of the client's, for a message.
bool begins_message(Bytes bytes, const SessionNonce& session_nonce) {
  return bytes.size() >= kGcmNonceSize && std::equal(session_nonce.begin(), session_nonce.end(), bytes.begin());
}

GcmNonce nonce_of(Bytes sealed) {
  GcmNonce nonce{};
  copy(sealed.first(kGcmNonceSize), nonce);
  return nonce;
}

std::uint32_t counter_of(Bytes message) {
  Reader reader(message.subspan(kSessionNonceSize, kGcmNonceSize - kSessionNonceSize));
  return reader.u32();
}

/// Seals what is nonce, text and room for the tag. There is no associated data.
Status seal_in_place(const AesGcmKey& key, MutBytes message) {
  return aes_gcm_seal(key, nonce_of(message), {}, message.subspan(kGcmNonceSize));
}

}  // namespace

Status ClientCipher::seal(MutBytes message) {
  if (message.size() < kMessageOverhead) return Error::invalid_argument;
  if (counter_ == Config::kNstpMessages) return Error::limit;
  Writer nonce(message.first(kGcmNonceSize));
  nonce.bytes(session_nonce_);
  nonce.u32(static_cast<std::uint32_t>(counter_++));
  return seal_in_place(key_, message);
}

Result<MutBytes> ClientCipher::open(MutBytes response) const {
  if (response.size() < kMessageOverhead || begins_message(response, session_nonce_)) return Error::tampered;
  if (!aes_gcm_open(key_, nonce_of(response), {}, response.subspan(kGcmNonceSize)).ok()) return Error::tampered;
  return response.subspan(kGcmNonceSize, response.size() - kMessageOverhead);
}

bool ServerCipher::is_next(Bytes message) const {
  return begins_message(message, session_nonce_) && counter_of(message) >= next_;
}

Result<MutBytes> ServerCipher::open(Bytes message, MutBytes text) {
  if (message.size() < kMessageOverhead || !is_next(message)) return Error::tampered;
  const MutBytes sealed = text.first(message.size() - kGcmNonceSize);
  copy(message.subspan(kGcmNonceSize), sealed);
  if (!aes_gcm_open(key_, nonce_of(message), {}, sealed).ok()) return Error::tampered;
  next_ = std::uint64_t{counter_of(message)} + 1;
  return sealed.first(message.size() - kMessageOverhead);
}

Status ServerCipher::seal(MutBytes response, Random& random) const {
  if (response.size() < kResponseOverhead || response.size() > kResponseLengthSize + 0xFFFF) {
    return Error::invalid_argument;
  }
  const MutBytes sealed = response.subspan(kResponseLengthSize);
  Writer(response).u16(static_cast<std::uint16_t>(sealed.size()));
  PAWL_TRY(random.fill(sealed.first(kGcmNonceSize)));
  if (begins_message(sealed, session_nonce_)) return Error::random_failed;
  return seal_in_place(key_, sealed);
}

}  // namespace pawl::nstp
