// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <limits>
#include <vector>

#include <pawl/port/transport.hpp>

namespace pawl {

/// An attacker on the line, for tests and demonstrations. It is a transport over another and changes, by rules, what is
/// read through it. What is written passes as it is, so put one over each end to work on both directions.
///
/// It knows the units of a Pawl stream, frames and records, by their headers, and gives a unit out once it is whole.
/// Units are counted from 0 in the order they arrive. So of what a server reads in the password flow, 0 is the
/// ClientHello, 1 the ClientFinish and 2 the first record. From the first byte that cannot begin a unit on, everything
/// passes as it comes.
///
/// A read() can leave bytes behind that poll() does not know of, so read until it gives 0.
class Tap final : public Transport {
 public:
  /// `under` belongs to the caller and outlives the tap.
  explicit Tap(Transport& under) : under_(under) {}

  // Rules, set before their unit arrives. Several for one unit apply in the order in which they were set.

  /// Loses unit n.
  void drop(std::size_t n) { rules_.push_back({Action::drop, n, 0, {}}); }
  /// Inverts a bit of unit n. Bit 0 is the highest of the first byte. Nothing happens if the unit has no such bit.
  void flip(std::size_t n, std::size_t bit) { rules_.push_back({Action::flip, n, bit, {}}); }
  /// Gives unit n after unit n + 1, or at the end of the stream.
  void swap(std::size_t n) { rules_.push_back({Action::swap, n, 0, {}}); }
  /// Gives unit n a second time, right after unit `after`, which is n or a later one.
  void replay(std::size_t n, std::size_t after) { rules_.push_back({Action::replay, n, after, {}}); }
  /// Ends the stream after `size` bytes were given, in the middle of a unit or not.
  void cut(std::size_t size) { left_ = size; }
  /// Calls `listener` with each whole unit as it arrived.
  void log(std::function<void(Bytes unit)> listener) { log_ = std::move(listener); }

  Result<std::size_t> read(MutBytes buffer) override;
  Result<std::size_t> write(Bytes bytes) override { return under_.write(bytes); }
  void shutdown() override { under_.shutdown(); }
  void close() override { under_.close(); }

 private:
  using Unit = std::vector<std::uint8_t>;
  enum class Action : std::uint8_t { drop, flip, swap, replay };
  struct Rule {
    Action action;
    std::size_t unit;
    /// Of flip the bit, of replay the unit after which.
    std::size_t argument;
    /// The unit to replay.
    Unit copy;
  };

  void split(Bytes bytes);
  void take(Unit unit);
  void give(Bytes bytes) { given_.insert(given_.end(), bytes.begin(), bytes.end()); }
  void give_rest();

  Transport& under_;
  std::vector<Rule> rules_{};
  std::function<void(Bytes)> log_{};
  /// How many bytes may still be read before the cut.
  std::size_t left_ = std::numeric_limits<std::size_t>::max();
  std::size_t count_ = 0;
  /// What comes is no Pawl stream.
  bool foreign_ = false;
  /// The unit that is not whole yet.
  Unit partial_{};
  /// A unit that waits for the one after it.
  Unit held_{};
  /// To be read.
  std::deque<std::uint8_t> given_{};
};

}  // namespace pawl
