// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/handshake/key_exchange.hpp>

namespace pawl::host {

/// The key exchange of a mode. In mode psk it is named and not used.
const KeyExchange* exchange_of(Mode mode);

}  // namespace pawl::host
