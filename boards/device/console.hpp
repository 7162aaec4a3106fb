// SPDX-License-Identifier: Apache-2.0
/// Words with a person whose terminal is at the UART, before packets go over it.
#pragma once

#include <pawl/base/bytes.hpp>

namespace device {

/// Writes `text` to the UART. Waits until it has taken all of it; one that does not ends in the watchdog.
void say(pawl::Bytes text);

enum class Echo : bool { off, on };

/// Puts a question, waits for a line that is not empty and fits `answer`, writes it there and returns its length. The
/// watchdog is fed meanwhile. Backspace takes back a byte, any other control character all of the line, which also
/// keeps the packets of a peer that speaks too early out of it. An empty line, or one that is too long, has the
/// question put once more.
std::size_t ask(pawl::Bytes question, Echo echo, pawl::MutBytes answer);

}  // namespace device
