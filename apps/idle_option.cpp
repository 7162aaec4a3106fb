// SPDX-License-Identifier: Apache-2.0
#include "idle_option.hpp"

#include <pawl/wire/parameters.hpp>

namespace pawl::app {
namespace {

/// 1 and 2 do not exist on the wire (PROTOCOL.md 4.1).
std::string check(const std::string& text) {
  return text == "1" || text == "2" ? "it is 0, or at least " + std::to_string(kMinIdle) : "";
}

}  // namespace

void add_idle_option(CLI::App& command, std::uint16_t& seconds, const std::string& whom) {
  command.add_option("--idle", seconds, "Seconds after which a silent " + whom + " is given up; 0: never")
      ->check(CLI::Range(0, 65'535) & CLI::Validator(check, ""))
      ->capture_default_str();
}

}  // namespace pawl::app
