// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <pawl/host/client/message_source.hpp>

#include "input.hpp"

namespace pawl::app {

/// Each line is a message, without its line end, which is LF or CR LF. What stands after the last line end is one too,
/// unless it is nothing. A byte order mark before the first line is no part of it.
class LineSource final : public host::MessageSource {
 public:
  /// `fd` outlives it.
  explicit LineSource(int fd) : input_(fd, "standard input") {}

  [[nodiscard]] std::optional<host::Fragment> next() const override;
  void taken(std::size_t n) override;
  [[nodiscard]] bool ended() const override { return input_.ended() && !next(); }
  [[nodiscard]] int wants_input() const override { return input_.wants_input(); }
  host::FailureOr<> read() override;

 private:
  void drop_carriage_returns();

  Input input_;
  /// Something was read.
  bool begun_ = false;
  /// The last byte that was read was a CR, and whether a LF follows is not known yet.
  bool carriage_return_ = false;
  /// A part of the line was taken, and not its end.
  bool in_line_ = false;
};

}  // namespace pawl::app
