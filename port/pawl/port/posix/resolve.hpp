// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <system_error>
#include <vector>

#include <pawl/base/address.hpp>
#include <pawl/port/posix/result.hpp>

namespace pawl {

/// What getaddrinfo(3) reports, such as an unknown name or a resolver that does not answer.
const std::error_category& resolver_category();

/// The addresses of `host`, a name or a numeric address of either family. There is at least one. Each has `port` and is
/// there once, in the order that the resolver prefers. Blocks for as long as the resolver takes. An error of
/// resolver_category() or of the system.
PosixResult<std::vector<Address>> resolve(const std::string& host, std::uint16_t port);

}  // namespace pawl
