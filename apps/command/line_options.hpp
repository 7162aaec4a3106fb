// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <pawl/host/net/datagram_port.hpp>
#include <string>

namespace pawl::app {

/// What the commands that talk over a serial line have in common.
struct LineOptions {
  /// PATH, PATH:BAUD or tcp:HOST:PORT. None means another way than a line.
  std::optional<std::string> name;
  /// Whether to reset the device when the line is opened.
  bool reset = false;
  /// Whether to wait for a device that is not there yet.
  bool wait = false;
};

/// Opens the line, or leaves that to DatagramPort::tend() if it is to be waited for. The clock outlives it. AppError.
std::unique_ptr<host::DatagramPort> open_line(const LineOptions& options, Clock& clock);

}  // namespace pawl::app
