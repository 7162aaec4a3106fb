// SPDX-License-Identifier: Apache-2.0
#include <optional>
#include <utility>

#include <pawl/port/sim/tap.hpp>
#include <pawl/wire/frame.hpp>
#include <pawl/wire/parameters.hpp>
#include <pawl/wire/record_header.hpp>

namespace pawl {
namespace {

/// The size of the unit that begins with `bytes`. It is 0 if there are too few to tell, and std::nullopt if no unit
/// begins so.
std::optional<std::size_t> unit_size(Bytes bytes) {
  if (bytes.empty()) return 0;
  if (bytes[0] == kFrameMarker) {
    if (bytes.size() < kFrameHeaderSize) return 0;
    const auto header = parse_frame_header(bytes.first<kFrameHeaderSize>());
    return header.ok() ? std::optional(kFrameHeaderSize + header.value().length) : std::nullopt;
  }
  if (begins_record(bytes[0]) && bytes.size() < kRecordHeaderSize) return 0;
  if (!begins_record(bytes[0])) return std::nullopt;
  const auto header = parse_record_header(bytes.first<kRecordHeaderSize>(), kMaxMaxRx);
  return header.ok() ? std::optional(kRecordHeaderSize + header.value().length) : std::nullopt;
}

void flip_bit(MutBytes unit, std::size_t bit) {
  if (bit / 8 < unit.size()) unit[bit / 8] ^= static_cast<std::uint8_t>(0x80U >> (bit % 8));
}

}  // namespace

Result<std::size_t> Tap::read(MutBytes buffer) {
  while (given_.empty() && left_ > 0) {
    ByteArray<512> piece{};
    const auto got = under_.read(piece);
    if (got.ok() && got.value() == 0) return std::size_t{0};
    if (got.ok()) {
      split(Bytes(piece).first(got.value()));
    } else {
      give_rest();
      if (given_.empty()) return got.error();
    }
  }
  if (left_ == 0) return Error::connection_lost;
  const std::size_t size = std::min({buffer.size(), given_.size(), left_});
  const auto end = given_.begin() + static_cast<std::ptrdiff_t>(size);
  std::copy(given_.begin(), end, buffer.begin());
  given_.erase(given_.begin(), end);
  left_ -= size;
  return size;
}

void Tap::split(Bytes bytes) {
  partial_.insert(partial_.end(), bytes.begin(), bytes.end());
  while (!foreign_) {
    const auto size = unit_size(partial_);
    foreign_ = !size;
    if (foreign_) break;
    if (*size == 0 || partial_.size() < *size) return;
    const auto end = partial_.begin() + static_cast<std::ptrdiff_t>(*size);
    take(Unit(partial_.begin(), end));
    partial_.erase(partial_.begin(), end);
  }
  give_rest();
}

void Tap::take(Unit unit) {
  const std::size_t n = count_++;
  if (log_) log_(unit);
  Unit before = std::exchange(held_, {});
  bool hold = false;
  for (Rule& rule : rules_) {
    if (rule.unit != n) continue;
    if (rule.action == Action::drop) unit.clear();
    if (rule.action == Action::flip) flip_bit(unit, rule.argument);
    if (rule.action == Action::swap) hold = true;
    if (rule.action == Action::replay) rule.copy = unit;
  }
  if (hold) {
    held_ = std::move(unit);
  } else {
    give(unit);
  }
  give(before);
  for (const Rule& rule : rules_) {
    if (rule.action == Action::replay && rule.argument == n) give(rule.copy);
  }
}

/// What will not become a unit any more passes as it is.
void Tap::give_rest() {
  give(std::exchange(held_, {}));
  give(std::exchange(partial_, {}));
}

}  // namespace pawl
