// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <pawl/host/base/failure.hpp>

namespace pawl::host {

inline constexpr std::uint16_t kDefaultPort = 7295;

/// One end of a connection, as people write it.
struct Endpoint {
  /// A name or a numeric address, without brackets. Empty means all addresses of this machine.
  std::string host;
  std::uint16_t port = kDefaultPort;
};

/// Reads HOST:PORT. A numeric IPv6 address stands in brackets, as in [::1]:7295. Kind::address if it is something else.
FailureOr<Endpoint> parse_endpoint(const std::string& text);

/// The same, or PORT alone for all addresses.
FailureOr<Endpoint> parse_listen_endpoint(const std::string& text);

}  // namespace pawl::host
