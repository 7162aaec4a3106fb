// SPDX-License-Identifier: Apache-2.0
#include "endpoint.hpp"

#include <charconv>

#include "exit_code.hpp"
#include "text.hpp"

namespace pawl::app {
namespace {

AppError wrong(const std::string& text, const std::string& advice) {
  return {ExitCode::usage, "'" + printable(bytes_of(text)) + "' is no address. " + advice};
}

std::uint16_t parse_port(const std::string& text, const std::string& digits) {
  std::uint16_t port = 0;
  const char* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, port);
  if (parsed.ec != std::errc() || parsed.ptr != end) throw wrong(text, "A port is a number from 0 to 65535.");
  return port;
}

}  // namespace

Endpoint parse_endpoint(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) throw wrong(text, "Write HOST:PORT.");
  std::string host = text.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string::npos) {
    throw wrong(text, "Write an IPv6 address in brackets: [::1]:7295.");
  }
  if (host.empty()) throw wrong(text, "Write HOST:PORT.");
  return {host, parse_port(text, text.substr(colon + 1))};
}

Endpoint parse_listen_endpoint(const std::string& text) {
  if (text.find_first_of(":[") != std::string::npos) return parse_endpoint(text);
  return {"", parse_port(text, text)};
}

}  // namespace pawl::app
