// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace pawl {

/// Which counters of one epoch have come, PROTOCOL.md 13.3, as a ring in the caller's storage (RFC 6479). It is asked
/// before a record is decrypted and moved only after its tag has verified.
class ReplayWindow {
 public:
  enum class Verdict : std::uint8_t { fresh, old, duplicate };

  /// Words for a window of `bits`, a multiple of 32. It is one more than the window fills, so that it can move by
  /// words.
  static constexpr std::size_t words_for(std::size_t bits) { return bits / kWordBits + 1; }

  /// Two words at least, the caller's, for as long as the window is used.
  explicit ReplayWindow(std::span<std::uint32_t> words) : words_(words) { clear(); }

  /// Forgets everything, for a new epoch.
  void clear();
  /// `old` is a counter at or beyond the window's end below the highest counter marked.
  [[nodiscard]] Verdict judge(std::uint32_t counter) const;
  /// The record of this counter, which judge() called fresh, is authentic. True if it is the highest so far.
  bool mark(std::uint32_t counter);

 private:
  static constexpr std::uint32_t kWordBits = 32;

  [[nodiscard]] std::uint32_t& word_of(std::uint32_t counter) const {
    return words_[(counter / kWordBits) % words_.size()];
  }
  static constexpr std::uint32_t bit_of(std::uint32_t counter) { return 1U << (counter % kWordBits); }

  std::span<std::uint32_t> words_;
  std::uint32_t highest_ = 0;
  /// Whether anything was marked.
  bool begun_ = false;
};

}  // namespace pawl
