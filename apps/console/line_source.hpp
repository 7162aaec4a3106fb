// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <pawl/host/client/outbox_delivery.hpp>

#include "input.hpp"

namespace pawl::app {

/// Each line is a message, without its line end, which is LF or CR LF. What stands after the last line end is one too,
/// unless it is nothing. A byte order mark before the first line is no part of it.
class LineSource final : public host::PlacedSource {
 public:
  /// `fd` outlives it.
  explicit LineSource(int fd);

  /// Goes on at `place` if it is in this input. It is to be called before anything was read.
  bool go_on(const host::InputPlace& place);

  [[nodiscard]] std::optional<host::Fragment> next() const override;
  void taken(std::size_t n) override;
  [[nodiscard]] bool ended() const override { return input_.ended() && !next(); }
  [[nodiscard]] int wants_input() const override { return input_.wants_input(); }
  host::FailureOr<> read() override;
  /// Behind the last line end that was read, or behind all at the end of the input. None unless it is a regular file.
  [[nodiscard]] std::optional<host::InputPlace> place() const override;

 private:
  void note_place();
  void drop_carriage_returns();

  int fd_;
  Input input_;
  /// Offsets in the input: up to where it was read, and behind the last line end.
  std::int64_t read_up_to_ = 0;
  std::int64_t whole_up_to_ = 0;
  /// Something was read.
  bool begun_ = false;
  /// The last byte that was read was a CR, and whether a LF follows is not known yet.
  bool carriage_return_ = false;
  /// A part of the line was taken, and not its end.
  bool in_line_ = false;
};

}  // namespace pawl::app
