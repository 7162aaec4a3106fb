// SPDX-License-Identifier: Apache-2.0
/// Byte strings that own their bytes, and how tests write and show them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <pawl/base/bytes.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace pawl::test {

using Buffer = std::vector<std::uint8_t>;

/// The bytes of lowercase or uppercase hex without spaces. Fails the test and returns what it has at the first
/// character that is no hex digit.
Buffer unhex(std::string_view text);
/// Lowercase hex; what tests compare, so that a failure shows the bytes.
std::string hex(Bytes bytes);
/// The characters of a text as bytes.
Buffer bytes_of(std::string_view text);
/// n bytes, byte i being i mod 251, as the long record of the vectors has them.
Buffer pattern(std::size_t n);
void append(Buffer& to, Bytes bytes);

/// Whether these bytes are anywhere in an object itself, as a secret that it has, or should have wiped.
template <class T>
bool holds(const T& object, Bytes bytes) {
  const Bytes memory(reinterpret_cast<const std::uint8_t*>(std::addressof(object)), sizeof(T));
  return std::search(memory.begin(), memory.end(), bytes.begin(), bytes.end()) != memory.end();
}

}  // namespace pawl::test
