// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>

namespace pawl::test {

/// Counts, while it lives, the calls by which this thread takes memory from the heap or gives it back: malloc and its
/// relatives, and so new and delete. One at a time.
class HeapTrap {
 public:
  HeapTrap() : HeapTrap(std::numeric_limits<unsigned>::max()) {}
  /// Nothing is left when memory was taken `times`. Not under the sanitizer, see can_run_out().
  explicit HeapTrap(unsigned times);
  HeapTrap(const HeapTrap&) = delete;
  HeapTrap& operator=(const HeapTrap&) = delete;
  ~HeapTrap();

  /// Since the trap that lives, or lived last, was made.
  [[nodiscard]] static unsigned calls();
  /// False under the sanitizer, whose allocator takes no orders.
  [[nodiscard]] static bool can_run_out();
};

}  // namespace pawl::test
