// SPDX-License-Identifier: Apache-2.0
#include "progress.hpp"

#include <array>
#include <cstdio>
#include <utility>

namespace pawl::app {
namespace {

constexpr std::size_t kBarWidth = 24;
constexpr std::chrono::milliseconds kRedraw{100};
/// Before that a rate is a guess.
constexpr std::chrono::milliseconds kRateAfter{500};
/// Erases to the end of the line, so that a shorter line leaves nothing of a longer one.
constexpr const char* kEraseRest = "\033[K";

std::string with_unit(double bytes) {
  constexpr std::array kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  for (; bytes >= 1024 && unit + 1 < kUnits.size(); ++unit) bytes /= 1024;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", bytes, kUnits.at(unit));
  return text.data();
}

std::string duration(std::uint64_t seconds) {
  if (seconds < 60) return std::to_string(seconds) + " s";
  return std::to_string(seconds / 60) + " min " + std::to_string(seconds % 60) + " s";
}

/// "  3.1 MiB/s  5 s left", as far as it is known.
std::string pace(Unit unit, std::uint64_t done, std::uint64_t total, std::chrono::milliseconds elapsed) {
  if (elapsed < kRateAfter || done == 0) return {};
  const double per_second = static_cast<double>(done) * 1000 / static_cast<double>(elapsed.count());
  std::string text;
  if (unit == Unit::bytes) text += "  " + with_unit(per_second) + "/s";
  if (done < total) {
    const double left = static_cast<double>(total - done) / per_second;
    text += "  " + duration(static_cast<std::uint64_t>(left + 1)) + " left";
  }
  return text;
}

}  // namespace

std::string progress_line(const std::string& label, Unit unit, std::uint64_t done, std::uint64_t total,
                          std::chrono::milliseconds elapsed) {
  const double part = total == 0 ? 1 : static_cast<double>(std::min(done, total)) / static_cast<double>(total);
  const auto filled = static_cast<std::size_t>(part * static_cast<double>(kBarWidth));
  const std::string percent = std::to_string(static_cast<int>(part * 100));
  return label + "  " + std::string(3 - percent.size(), ' ') + percent + " %  [" + std::string(filled, '#') +
         std::string(kBarWidth - filled, '.') + "]" + pace(unit, done, total, elapsed);
}

ProgressBar::ProgressBar(Reporter& reporter, std::string label, Unit unit, std::uint64_t total)
    : reporter_(reporter), label_(std::move(label)), unit_(unit), total_(total), enabled_(reporter.shows_progress()) {}

ProgressBar::~ProgressBar() {
  if (line_open_) reporter_.draw("\n");
}

void ProgressBar::update(std::uint64_t done) {
  done_ = done;
  const auto now = Clock::now();
  if (!enabled_ || now < next_draw_) return;
  draw(now);
  next_draw_ = now + kRedraw;
}

void ProgressBar::finish() {
  if (!enabled_) return;
  done_ = total_;
  draw(Clock::now());
  reporter_.draw("\n");
  line_open_ = false;
}

void ProgressBar::draw(Clock::time_point now) {
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - started_);
  reporter_.draw("\r" + progress_line(label_, unit_, done_, total_, elapsed) + kEraseRest);
  line_open_ = true;
}

}  // namespace pawl::app
