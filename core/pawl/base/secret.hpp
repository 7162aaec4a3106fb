// SPDX-License-Identifier: Apache-2.0
/// Secrets are typed by what they are for and wiped when they end. Nobody copies, compares or prints one by accident.
#pragma once

#include <pawl/base/bytes.hpp>

namespace pawl {

/// Overwrites `size` bytes with zeros. The compiler cannot leave it out although nobody reads them again.
void wipe(std::uint8_t* data, std::size_t size);
inline void wipe(MutBytes bytes) { wipe(bytes.data(), bytes.size()); }
inline void wipe(std::span<std::uint32_t> words) {
  wipe(reinterpret_cast<std::uint8_t*>(words.data()), words.size_bytes());
}

/// N secret bytes that only a Secret of the same Tag can be moved into. Moving wipes the source, and the destructor
/// wipes. There is no copy and no way to print one. There is no == either, since equal() of crypto/constant_time.hpp is
/// for that. Whoever reads the code sees by bytes() where a secret leaves its type.
template <class Tag, std::size_t N>
class Secret {
 public:
  static constexpr std::size_t kSize = N;

  constexpr Secret() = default;
  /// Copies the N bytes of `bytes`, which the caller wipes.
  explicit Secret(std::span<const std::uint8_t, N> bytes) { copy(bytes, bytes_); }
  Secret(Secret&& other) noexcept : bytes_(other.bytes_) { wipe(other.bytes_); }
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      wipe(other.bytes_);
    }
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  bool operator==(const Secret&) const = delete;
  ~Secret() { wipe(bytes_); }

  [[nodiscard]] std::span<const std::uint8_t, N> bytes() const { return bytes_; }
  [[nodiscard]] std::span<std::uint8_t, N> writable() { return bytes_; }

 private:
  ByteArray<N> bytes_{};
};

}  // namespace pawl
