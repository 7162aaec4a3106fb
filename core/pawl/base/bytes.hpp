// SPDX-License-Identifier: Apache-2.0
/// Byte spans. A span never owns its bytes. Where a function takes or gives a span, its comment says who owns them.
///
/// On 32-bit Arm compilers pass a span through memory, which takes a few bytes of code a call. So the few functions
/// that are called from everywhere take a pointer and a size behind an inline function that takes the span.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace pawl {

using Bytes = std::span<const std::uint8_t>;
using MutBytes = std::span<std::uint8_t>;

template <std::size_t N>
using ByteArray = std::array<std::uint8_t, N>;

/// Copies all of `from` to the start of `to`, which must be at least as long and must not overlap it.
constexpr void copy(Bytes from, MutBytes to) { std::copy(from.begin(), from.end(), to.begin()); }

/// Big-endian numbers.
constexpr std::uint16_t u16_at(const std::uint8_t* at) { return static_cast<std::uint16_t>(at[0] << 8 | at[1]); }
constexpr std::uint32_t u32_at(const std::uint8_t* at) { return std::uint32_t{u16_at(at)} << 16 | u16_at(at + 2); }
constexpr void put_u32(std::uint32_t value, std::uint8_t* to) {
  to[0] = static_cast<std::uint8_t>(value >> 24U);
  to[1] = static_cast<std::uint8_t>(value >> 16U);
  to[2] = static_cast<std::uint8_t>(value >> 8U);
  to[3] = static_cast<std::uint8_t>(value);
}

/// The bytes of a string literal, without its terminator.
template <std::size_t N>
constexpr ByteArray<N - 1> ascii(const char (&text)[N]) {
  ByteArray<N - 1> bytes{};
  for (std::size_t i = 0; i + 1 < N; ++i) bytes[i] = static_cast<std::uint8_t>(text[i]);
  return bytes;
}

}  // namespace pawl
