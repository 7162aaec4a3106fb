// SPDX-License-Identifier: Apache-2.0
/// The AES-GCM of devices against Mbed TLS's.
///
///   .  chunks     the key, the nonce, the header and the text, filled up or cut off where they have a size
///   1  more       so many zeros more of text
///   2  altered    the bit of what is sealed that is altered in the end
#include "tests/fuzz/input.hpp"
#include "tests/support/bytes.hpp"
#include "tests/support/composed_gcm.hpp"

namespace pawl::test {
namespace {

template <std::size_t N>
ByteArray<N> filled(Bytes bytes) {
  ByteArray<N> out{};
  copy(bytes.first(std::min(bytes.size(), N)), out);
  return out;
}

struct Message {
  AesGcmKey key;
  GcmNonce nonce;
  Bytes aad;
};

bool opens_to(const Message& message, Buffer sealed, const Buffer& text, decltype(aes_gcm_open)* open) {
  const bool opened = open(message.key, message.nonce, message.aad, sealed).ok();
  sealed.resize(text.size());
  require(sealed == (opened ? text : Buffer(text.size())), "what opens is the text, what does not is zeros");
  return opened;
}

int run(Input input) {
  const Message message{AesGcmKey(filled<AesKey::kSize>(input.chunk())), filled<kGcmNonceSize>(input.chunk()),
                        input.chunk()};
  const Bytes said = input.chunk();
  Buffer text(said.begin(), said.end());
  text.resize(text.size() + input.u8());

  Buffer sealed = text;
  sealed.resize(text.size() + kGcmTagSize);
  Buffer composed = sealed;
  require(aes_gcm_seal(message.key, message.nonce, message.aad, sealed).ok() &&
              composed_gcm_seal(message.key, message.nonce, message.aad, composed).ok(),
          "both seal");
  require(composed == sealed, "both seal alike");
  require(opens_to(message, sealed, text, composed_gcm_open), "one opens what the other has sealed");

  const std::size_t bit = input.u16() % (8 * sealed.size());
  sealed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
  require(!opens_to(message, sealed, text, composed_gcm_open), "what was altered does not open");
  return 0;
}

}  // namespace
}  // namespace pawl::test

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return pawl::test::run(pawl::test::Input(data, size));
}
