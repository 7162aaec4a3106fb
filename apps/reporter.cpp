// SPDX-License-Identifier: Apache-2.0
#include "reporter.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <system_error>

#include "exit_code.hpp"

namespace pawl::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kRed = "\033[31m";
constexpr std::string_view kYellow = "\033[33m";
constexpr std::string_view kPlain = "\033[0m";

/// See no-color.org: any value but the empty one counts.
bool colour_unwanted() {
  const char* value = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): nobody changes the environment
  return value != nullptr && *value != '\0';
}

/// Whether standard output took the line. Paths need not be UTF-8; JSON must be.
bool write_line(std::string_view name, Reporter::Fields fields) {
  Json object{{"event", name}};
  for (const auto& field : fields) {
    std::visit([&](const auto& value) { object[std::string(field.name)] = value; }, field.value);
  }
  const std::string line = object.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
  return std::fwrite(line.data(), 1, line.size(), stdout) == line.size() && std::fflush(stdout) == 0;
}

void require_line(std::string_view name, Reporter::Fields fields) {
  if (write_line(name, fields)) return;
  throw AppError(ExitCode::io, "Cannot write to standard output: " + std::generic_category().message(errno) + ".");
}

}  // namespace

Reporter::Reporter(const Options& options)
    : options_(options), terminal_(isatty(STDERR_FILENO) == 1), colour_(terminal_ && !colour_unwanted()) {}

void Reporter::event(std::string_view name, Fields fields, const std::string& human_text) {
  if (options_.json) return require_line(name, fields);
  if (!human_text.empty()) print("", "", human_text);
}

void Reporter::warn(const std::string& text) {
  if (options_.json) return require_line("warning", {{"text", text}});
  print("Warning: ", kYellow, text);
}

void Reporter::warn_once(const std::string& text) {
  const bool is_new = warnings_.size() < kMaxWarnings && warnings_.insert(text).second;
  if (is_new) return warn(text);
  verbose(text);
}

void Reporter::verbose(const std::string& text) {
  if (!options_.verbose) return;
  if (options_.json) return require_line("verbose", {{"text", text}});
  print("", "", text);
}

void Reporter::error(const std::string& text) {
  if (options_.json && write_line("error", {{"text", text}})) return;
  print("Error: ", kRed, text);
}

void Reporter::print(std::string_view label, std::string_view colour, const std::string& text) const {
  std::string line;
  if (colour_) line += colour;
  line += label;
  if (colour_ && !colour.empty()) line += kPlain;
  line += text;
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace pawl::app
