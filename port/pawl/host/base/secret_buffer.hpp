// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/secret.hpp>
#include <utility>

namespace pawl::host {

/// Up to N secret bytes in place, and not on the heap, whose freed blocks would keep them. Moves and the destructor
/// wipe them.
template <class Tag, std::size_t N>
class SecretBuffer {
 public:
  static constexpr std::size_t kMaxSize = N;

  SecretBuffer() = default;
  SecretBuffer(SecretBuffer&& other) noexcept : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}
  SecretBuffer& operator=(SecretBuffer&& other) noexcept {
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  SecretBuffer(const SecretBuffer&) = delete;
  SecretBuffer& operator=(const SecretBuffer&) = delete;
  ~SecretBuffer() = default;

  /// Appends all of `more`. False if there is no room, and then nothing was done.
  bool append(Bytes more) {
    if (more.size() > N - size_) return false;
    copy(more, free());
    size_ += more.size();
    return true;
  }
  /// Removes the last byte. There must be one.
  void drop_last() { bytes_.writable()[--size_] = 0; }
  /// The room behind the content. grow() makes its first n bytes content.
  [[nodiscard]] MutBytes free() { return bytes_.writable().subspan(size_); }
  void grow(std::size_t n) { size_ += n; }

  /// The content. It is valid until the next change.
  [[nodiscard]] Bytes bytes() const { return bytes_.bytes().first(size_); }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  Secret<Tag, N> bytes_;
  std::size_t size_ = 0;
};

}  // namespace pawl::host
