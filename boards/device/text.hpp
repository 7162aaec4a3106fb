// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/bytes.hpp>

namespace device {

/// A short text, put together without the printf family. What does not fit is left out.
class Text {
 public:
  template <std::size_t N>
  Text& operator<<(const char (&text)[N]) {
    for (std::size_t i = 0; i + 1 < N; ++i) put(text[i]);
    return *this;
  }
  Text& operator<<(std::uint32_t number);

  [[nodiscard]] pawl::Bytes bytes() const { return pawl::Bytes(bytes_).first(size_); }

 private:
  void put(char character) {
    if (size_ < bytes_.size()) bytes_[size_++] = static_cast<std::uint8_t>(character);
  }

  pawl::ByteArray<48> bytes_{};
  std::size_t size_ = 0;
};

}  // namespace device
