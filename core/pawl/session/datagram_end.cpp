// SPDX-License-Identifier: Apache-2.0
#include <pawl/session/datagram_end.hpp>

namespace pawl {

Event DatagramEnd::next_event() {
  Event event = event_;
  event_ = {};
  if (is_event(event) || !closed_) return event;
  event = *closed_;
  closed_.reset();
  return event;
}

}  // namespace pawl
