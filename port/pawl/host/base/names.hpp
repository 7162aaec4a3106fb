// SPDX-License-Identifier: Apache-2.0
/// The words for values of the protocol, as people type and machines read them.
#pragma once

#include <pawl/wire/parameters.hpp>
#include <pawl/wire/record_content.hpp>
#include <string>
#include <string_view>

namespace pawl::host {

/// "password", "raw_key", "ticket"
std::string name(Kind kind);
/// "psk", "psk_ecdhe", "pake"
std::string name(Mode mode);
/// The mode of this name, which is one of the three.
Mode mode_of(std::string_view name);
/// "normal", "idle", "protocol", "limit", "expired"
std::string name(CloseReason reason);

}  // namespace pawl::host
