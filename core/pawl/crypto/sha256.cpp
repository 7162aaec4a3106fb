// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/secret.hpp>
#include <pawl/crypto/sha256.hpp>

namespace pawl {
namespace {

constexpr std::uint8_t kEnd = 0x80;
constexpr std::size_t kLengthAt = kSha256BlockSize - sizeof(std::uint64_t);

}  // namespace

Sha256::Sha256(const Sha256State& state, std::size_t size) : state_(state), size_(size) {}

Sha256::~Sha256() {
  wipe(state_);
  wipe(block_);
}

void Sha256::update(const std::uint8_t* data, std::size_t size) {
  while (size > 0) {
    const auto used = static_cast<std::size_t>(size_ % kSha256BlockSize);
    const std::size_t part = std::min(size, kSha256BlockSize - used);
    std::copy_n(data, part, block_.data() + used);
    if (used + part == kSha256BlockSize) sha256_compress(state_, block_);
    size_ += part;
    data += part;
    size -= part;
  }
}

void Sha256::finish(std::uint8_t* digest) {
  auto used = static_cast<std::size_t>(size_ % kSha256BlockSize);
  block_[used++] = kEnd;
  if (used > kLengthAt) {
    std::fill(block_.data() + used, block_.data() + kSha256BlockSize, std::uint8_t{0});
    sha256_compress(state_, block_);
    used = 0;
  }
  std::fill(block_.data() + used, block_.data() + kLengthAt, std::uint8_t{0});
  const std::uint64_t bits = size_ * 8;
  put_u32(static_cast<std::uint32_t>(bits >> 32U), &block_[kLengthAt]);
  put_u32(static_cast<std::uint32_t>(bits), &block_[kLengthAt + 4]);
  sha256_compress(state_, block_);
  for (std::size_t i = 0; i < state_.size(); ++i) put_u32(state_[i], digest + 4 * i);
}

Sha256::Digest sha256(Bytes data) {
  Sha256::Digest digest{};
  Sha256 hash;
  hash.update(data);
  hash.finish(digest);
  return digest;
}

}  // namespace pawl
