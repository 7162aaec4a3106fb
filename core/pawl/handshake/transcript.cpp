// SPDX-License-Identifier: Apache-2.0
#include <pawl/handshake/transcript.hpp>

namespace pawl {

Sha256::Digest Transcript::digest() const {
  Sha256::Digest digest{};
  Sha256 clone(hash_);
  clone.finish(digest);
  return digest;
}

}  // namespace pawl
