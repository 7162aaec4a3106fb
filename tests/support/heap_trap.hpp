// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace pawl::test {

/// Counts, while it lives, the calls by which this thread takes memory from the heap or gives it back: malloc and its
/// relatives, and so new and delete. One at a time.
class HeapTrap {
 public:
  HeapTrap();
  HeapTrap(const HeapTrap&) = delete;
  HeapTrap& operator=(const HeapTrap&) = delete;
  ~HeapTrap();

  /// Since the trap that lives, or lived last, was made.
  [[nodiscard]] static unsigned calls();
};

}  // namespace pawl::test
