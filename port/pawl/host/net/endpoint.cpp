// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include <pawl/host/base/text.hpp>
#include <pawl/host/net/endpoint.hpp>

namespace pawl::host {
namespace {

Failure wrong(const std::string& text, const std::string& advice) {
  return {.kind = Failure::Kind::address, .detail = "'" + printable(bytes_of(text)) + "' is no address. " + advice};
}

FailureOr<Endpoint> with_port(const std::string& text, std::string host, const std::string& digits) {
  std::uint16_t port = 0;
  const char* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, port);
  if (parsed.ec != std::errc() || parsed.ptr != end) return wrong(text, "A port is a number from 0 to 65535.");
  return Endpoint{std::move(host), port};
}

}  // namespace

FailureOr<Endpoint> parse_endpoint(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return wrong(text, "Write HOST:PORT.");
  std::string host = text.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string::npos) {
    return wrong(text, "Write an IPv6 address in brackets: [::1]:7295.");
  }
  if (host.empty()) return wrong(text, "Write HOST:PORT.");
  return with_port(text, std::move(host), text.substr(colon + 1));
}

FailureOr<Endpoint> parse_listen_endpoint(const std::string& text) {
  if (text.find_first_of(":[") != std::string::npos) return parse_endpoint(text);
  return with_port(text, "", text);
}

}  // namespace pawl::host
