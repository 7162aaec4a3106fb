// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/crypto/sha256.hpp>

namespace pawl {

/// The hash over the handshake bytes, PROTOCOL.md 7. It is one running SHA-256, cloned where a digest is needed.
class Transcript {
 public:
  void add(Bytes handshake_bytes) { hash_.update(handshake_bytes); }
  /// The digest of all that was added so far.
  [[nodiscard]] Sha256::Digest digest() const;

 private:
  Sha256 hash_{};
};

}  // namespace pawl
