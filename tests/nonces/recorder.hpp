// SPDX-License-Identifier: Apache-2.0
/// Every use of AES-GCM in this program: recording_aes_gcm.cpp, which stands in the place of the backend, writes it
/// down here.
#pragma once

#include <pawl/handshake/key_schedule.hpp>
#include <vector>

namespace pawl::test {

/// A key and a nonce, and who used them.
struct Use {
  ByteArray<AesKey::kSize> key;
  GcmNonce nonce;
  Side by;
};

struct Uses {
  /// Who is at work now; the seam itself cannot tell.
  Side at_work = Side::client;
  std::vector<Use> sealed;
  std::vector<Use> opened;
};

extern Uses uses;

/// What PROTOCOL.md 9 and 10 promise, counted.
struct Findings {
  std::size_t sealed = 0;
  std::size_t opened = 0;
  /// Keys that sealed: one for each epoch of each direction.
  std::size_t keys = 0;
  /// Seals, and opens, under a key and a nonce that did the same before.
  std::size_t repeats = 0;
  /// Opens under a key and a nonce that nothing was sealed under.
  std::size_t unmatched = 0;
  /// Seals and opens with the direction bit of the other direction.
  std::size_t wrong_direction = 0;
  /// The highest counter in a nonce.
  std::uint32_t highest_counter = 0;
};

/// Sorts the uses, and counts.
Findings findings(Uses& all);

}  // namespace pawl::test
