// SPDX-License-Identifier: Apache-2.0
#include "line_options.hpp"

#include "console/failure_text.hpp"

namespace pawl::app {

std::unique_ptr<host::DatagramPort> open_line(const LineOptions& options, Clock& clock) {
  host::LineName name = require(host::parse_line_name(*options.name));
  name.reset = options.reset;
  if (options.wait) return std::make_unique<host::SerialLinePort>(std::move(name), clock);
  return require(host::SerialLinePort::open(std::move(name), clock));
}

}  // namespace pawl::app
