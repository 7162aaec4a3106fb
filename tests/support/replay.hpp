// SPDX-License-Identifier: Apache-2.0
/// Ends that are fed the units of a conversation between two others. As all that is random here comes from a seed, an
/// end made by make_end() draws what its namesake in a Pair draws, and so takes that one's conversation for its own.
#pragma once

#include <memory>

#include "tests/support/pair.hpp"

namespace pawl::test {

/// Cuts what one side has sent into frames and records.
std::vector<Buffer> units_of(Bytes stream);
/// The first frame of this type in a conversation; empty if there is none.
Buffer frame_of(const Pair& conversation, FrameType type);
/// The nth record that `from` has sent.
Buffer record_of(const Pair& conversation, Side from, std::size_t n);

/// An end like that of a Pair, whose server knows the user. Not started.
std::unique_ptr<End> make_end(Side side, const Enrolled& enrolled);

/// The units as one stream.
Buffer joined(const std::vector<Buffer>& units);
/// A copy with one bit inverted; bit 0 is the highest of the first byte.
Buffer flipped(Bytes unit, std::size_t bit);

}  // namespace pawl::test
