// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include <pawl/base/time.hpp>

namespace pawl::host {

/// A map of bounded size. When it is full, a new entry replaces the one that was touched longest ago. It is searched
/// one entry after the other, which for a thousand entries costs less than one HMAC of a handshake.
template <class Key, class Value>
class RecentTable {
 public:
  explicit RecentTable(std::size_t capacity) : capacity_(capacity) { entries_.reserve(capacity); }

  /// The value of `key`, or null. It is valid until the next touch() or erase().
  Value* find(const Key& key) {
    const auto entry = position(key);
    return entry != entries_.end() ? &entry->value : nullptr;
  }

  /// The value of `key`, which is `initial` if there was none. It is now the last touched. It is valid until the next
  /// touch() or erase().
  Value& touch(const Key& key, const Value& initial, Instant now) {
    auto entry = position(key);
    if (entry == entries_.end()) entry = make({key, initial, now});
    entry->touched = now;
    return entry->value;
  }

  void erase(const Key& key) {
    const auto entry = position(key);
    if (entry == entries_.end()) return;
    *entry = entries_.back();
    entries_.pop_back();
  }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Key key;
    Value value;
    Instant touched;
  };
  using Position = typename std::vector<Entry>::iterator;

  Position position(const Key& key) {
    return std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.key == key; });
  }

  Position make(const Entry& entry) {
    if (entries_.size() < capacity_) return entries_.insert(entries_.end(), entry);
    const auto oldest = std::min_element(entries_.begin(), entries_.end(),
                                         [](const Entry& a, const Entry& b) { return a.touched < b.touched; });
    *oldest = entry;
    return oldest;
  }

  std::size_t capacity_;
  std::vector<Entry> entries_{};
};

}  // namespace pawl::host
