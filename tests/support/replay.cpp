// SPDX-License-Identifier: Apache-2.0
#include "tests/support/replay.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace pawl::test {
namespace {

std::size_t unit_size(Bytes stream) {
  constexpr std::size_t kLengthMask = 0x1FFF;
  if (stream.front() == 0x00) return 5 + 256 * std::size_t{stream[3]} + stream[4];
  return 2 + ((256 * std::size_t{stream[0]} + stream[1]) & kLengthMask);
}

bool is_record(const Buffer& unit) { return unit.front() != 0x00; }

}  // namespace

std::vector<Buffer> units_of(Bytes stream) {
  std::vector<Buffer> units;
  while (!stream.empty()) {
    const Bytes unit = stream.first(unit_size(stream));
    units.emplace_back(unit.begin(), unit.end());
    stream = stream.subspan(unit.size());
  }
  return units;
}

Buffer frame_of(const Pair& conversation, FrameType type) {
  for (const Side from : {Side::client, Side::server}) {
    for (const Buffer& unit : units_of(conversation.sent(from))) {
      if (!is_record(unit) && unit[2] == static_cast<std::uint8_t>(type)) return unit;
    }
  }
  return {};
}

Buffer record_of(const Pair& conversation, Side from, std::size_t n) {
  const auto units = units_of(conversation.sent(from));
  const auto first = std::find_if(units.begin(), units.end(), &is_record);
  return *(first + static_cast<std::ptrdiff_t>(n));
}

std::unique_ptr<End> make_end(Side side, const Enrolled& enrolled) {
  if (side == Side::client) return std::make_unique<Client>(enrolled);
  auto server = std::make_unique<Server>();
  server->users.push_back(&enrolled);
  return server;
}

Buffer joined(const std::vector<Buffer>& units) {
  Buffer stream;
  for (const Buffer& unit : units) append(stream, unit);
  return stream;
}

Buffer flipped(Bytes unit, std::size_t bit) {
  Buffer copy(unit.begin(), unit.end());
  copy.at(bit / 8) ^= static_cast<std::uint8_t>(0x80U >> (bit % 8));
  return copy;
}

}  // namespace pawl::test
