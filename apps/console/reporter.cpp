// SPDX-License-Identifier: Apache-2.0
#include "reporter.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <nlohmann/json.hpp>

namespace pawl::app {
namespace {

using host::Interest;
using Json = nlohmann::ordered_json;

constexpr std::string_view kRed = "\033[31m";
constexpr std::string_view kYellow = "\033[33m";
constexpr std::string_view kPlain = "\033[0m";

/// Any value but the empty one counts. See no-color.org.
bool colour_unwanted() {
  const char* value = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): nobody changes the environment
  return value != nullptr && *value != '\0';
}

/// "2026-11-29T11:30:00.123Z", RFC 3339.
std::string time_stamp() {
  std::timespec now{};
  std::timespec_get(&now, TIME_UTC);
  std::tm parts{};
  ::gmtime_r(&now.tv_sec, &parts);
  std::array<char, 32> seconds{};
  std::strftime(seconds.data(), seconds.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::array<char, 8> rest{};
  std::snprintf(rest.data(), rest.size(), ".%03dZ", static_cast<int>(now.tv_nsec / 1'000'000));
  return std::string(seconds.data()) + rest.data();
}

/// Paths need not be UTF-8, but JSON must be.
std::string json_line(std::string_view name, Reporter::Fields fields) {
  Json object{{"event", name}, {"time", time_stamp()}};
  for (const auto& field : fields) {
    std::visit([&](const auto& value) { object[std::string(field.name)] = value; }, field.value);
  }
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace

Reporter::Reporter(const Options& options)
    : options_(options),
      out_(STDOUT_FILENO),
      err_(STDERR_FILENO),
      terminal_(isatty(STDERR_FILENO) == 1),
      colour_(terminal_ && !colour_unwanted()) {}

void Reporter::event(std::string_view name, Fields fields, const std::string& human_text) {
  if (options_.json) return write_event(name, fields);
  if (!human_text.empty()) write(line("", "", human_text));
}

void Reporter::warn(const std::string& text) {
  if (options_.json) return write_event("warning", {{"text", text}});
  write(line("Warning: ", kYellow, text));
}

void Reporter::warn_once(const std::string& text) {
  const bool is_new = warnings_.size() < kMaxWarnings && warnings_.insert(text).second;
  if (is_new) return warn(text);
  verbose(text);
}

void Reporter::verbose(const std::string& text) {
  if (!options_.verbose) return;
  if (options_.json) return write_event("verbose", {{"text", text}});
  write(line("", "", text));
}

void Reporter::error(const std::string& text) {
  if (options_.json && out_.write(json_line("error", {{"text", text}}))) return;
  err_.write(unstamped("Error: ", kRed, text));
}

void Reporter::draw(std::string_view text) {
  if (!err_.pending()) err_.write(text);
}

// Writing.

void Reporter::write_event(std::string_view name, Fields fields) { write(json_line(name, fields)); }

void Reporter::write(const std::string& line) {
  tell_lost();
  stream().write(line);
  if (watch_ && stream().pending()) watch_->wait_for(stream().fd(), Interest::write, std::nullopt);
}

/// Says how many lines were lost, once there is room again.
void Reporter::tell_lost() {
  const std::uint64_t lost = stream().lost();
  if (lost == 0 || stream().pending() || stream().error()) return;
  stream().forget_lost();
  const std::string text = "What came faster than it was read is lost: " + std::to_string(lost) + " lines.";
  stream().write(options_.json ? json_line("lost", {{"lines", lost}}) : line("Warning: ", kYellow, text));
}

void Reporter::on_ready(Instant /*now*/) {
  flush();
  if (stream().pending()) return;
  watch_->drop();
}

void Reporter::flush() {
  stream().flush();
  tell_lost();
}

bool Reporter::finish(std::optional<Duration> patience) {
  stream().finish(patience);
  tell_lost();
  stream().finish(patience);
  return stream().lost() == 0;
}

std::string Reporter::line(std::string_view label, std::string_view colour, const std::string& text) const {
  return (options_.stamped ? time_stamp() + " " : "") + unstamped(label, colour, text);
}

std::string Reporter::unstamped(std::string_view label, std::string_view colour, const std::string& text) const {
  std::string line;
  if (colour_) line += colour;
  line += label;
  if (colour_ && !colour.empty()) line += kPlain;
  line += text;
  line += '\n';
  return line;
}

}  // namespace pawl::app
