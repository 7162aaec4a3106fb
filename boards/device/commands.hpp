// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/bytes.hpp>

namespace device {

/// Obeys "led on" and "led off". False, and nothing happens, for anything else. Only messages of a session come here,
/// so only whoever has its key commands.
bool obey(pawl::Bytes message);

/// Whether the LED was last switched on.
bool led_is_on();

}  // namespace device
