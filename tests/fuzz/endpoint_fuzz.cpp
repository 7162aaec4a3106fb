// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <pawl/host/net/endpoint.hpp>

#include "tests/fuzz/refusal.hpp"

namespace {

using namespace pawl::host;
using pawl::test::require;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// What is left of the port's digits without zeros in front.
std::string digits_of(const std::string& text) {
  const std::string digits = text.substr(text.rfind(':') + 1);
  require(!digits.empty() && std::ranges::all_of(digits, is_digit), "a port is digits");
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

void parse(const std::string& text) {
  const auto parsed = parse_endpoint(text);
  if (!pawl::test::accepted(Failure::Kind::address, parsed)) return;
  const Endpoint& endpoint = parsed.value();
  const std::string host = text.substr(0, text.rfind(':'));
  const bool bracketed = host == "[" + endpoint.host + "]";
  require(!endpoint.host.empty() && (bracketed || host == endpoint.host), "the host is what was written");
  require(bracketed || host.find(':') == std::string::npos, "an IPv6 address stands in brackets");
  require(digits_of(text) == std::to_string(endpoint.port), "the port is what was written");
}

void parse_listen(const std::string& text) {
  const auto parsed = parse_listen_endpoint(text);
  if (!pawl::test::accepted(Failure::Kind::address, parsed)) return;
  const Endpoint& endpoint = parsed.value();
  require(digits_of(text) == std::to_string(endpoint.port), "the port is what was written");
  require(endpoint.host.empty() == (text.find(':') == std::string::npos), "a port alone is one of all addresses");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  parse(text);
  parse_listen(text);
  return 0;
}
