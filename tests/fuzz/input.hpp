// SPDX-License-Identifier: Apache-2.0
/// What every fuzz target starts from.
#pragma once

#include <pawl/base/bytes.hpp>

/// libFuzzer calls it with each input; an input for which it returns -1 is not kept in the corpus.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace pawl::test {

/// Ends the process unless `holds`: the fuzzer has found something.
void require(bool holds, const char* what);

/// Takes decisions off the front of a fuzzer's bytes; what is not there any more reads as zeros.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

  [[nodiscard]] bool empty() const { return rest_.empty(); }
  std::uint8_t u8();
  std::uint16_t u16();
  /// A number in 0..n-1, n <= 256.
  std::size_t below(std::size_t n) { return u8() % n; }
  /// Up to 255 bytes, after a byte that says how many.
  Bytes chunk();

 private:
  Bytes rest_;
};

}  // namespace pawl::test
