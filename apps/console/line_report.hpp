// SPDX-License-Identifier: Apache-2.0
/// What server and client say alike of lines that lose something.
#pragma once

#include <pawl/host/net/datagram_port.hpp>

#include "reporter.hpp"

namespace pawl::app {

/// A serial line was lost or is back. It is the event "line".
void report_line(Reporter& reporter, const host::ListenPoint& point, host::LineChange change);

/// What became of a link's datagrams. It is the event "link", and a line for people with --verbose.
void report_link(Reporter& reporter, const host::LinkReport& report);

/// What was seen of a line that garbles what it carries, or carries nothing at all, and what to check.
std::string garbled_text(std::uint64_t corrupt);

}  // namespace pawl::app
