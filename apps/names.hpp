// SPDX-License-Identifier: Apache-2.0
/// The words for values of the protocol, as people type and machines read them.
#pragma once

#include <pawl/wire/parameters.hpp>
#include <pawl/wire/record_content.hpp>
#include <string>

namespace pawl::app {

/// "password", "raw_key"
std::string name(Kind kind);
/// "psk", "psk_ecdhe"; "pake", which no build has
std::string name(Mode mode);
/// "normal", "idle", "protocol", "limit", "expired"
std::string name(CloseReason reason);

}  // namespace pawl::app
