// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "reporter.hpp"

namespace pawl::app {

/// What a progress bar counts. Bytes have a rate, steps do not.
enum class Unit : std::uint8_t { bytes, steps };

/// "label   42 %  [#####.......]  3.1 MiB/s  5 s left". This is the line for `done` of `total` after `elapsed`. It has
/// no carriage return and no line end.
std::string progress_line(const std::string& label, Unit unit, std::uint64_t done, std::uint64_t total,
                          std::chrono::milliseconds elapsed);

/// One line on standard error that is drawn again at most ten times a second. Nothing is drawn unless
/// reporter.shows_progress(). Print nothing else between the first update() and finish().
class ProgressBar {
 public:
  ProgressBar(Reporter& reporter, std::string label, Unit unit, std::uint64_t total);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  /// Ends the line where it stands, if it was drawn and not finished.
  ~ProgressBar();

  /// `done` of `total` are done now.
  void update(std::uint64_t done);
  /// All is done. Draws that, and ends the line.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;
  void draw(Clock::time_point now);

  Reporter& reporter_;
  std::string label_;
  Unit unit_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
  bool enabled_;
  bool line_open_ = false;
  Clock::time_point started_ = Clock::now();
  Clock::time_point next_draw_ = started_;
};

}  // namespace pawl::app
