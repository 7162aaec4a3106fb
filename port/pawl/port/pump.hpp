// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/port/stream_pump.hpp>
#include <pawl/session/session.hpp>

namespace pawl {

/// The loop between a transport and a session. It closes the transport by the rule of PROTOCOL.md 11.2.
using Pump = StreamPump<Session>;

template <>
void StreamPump<Session>::wind_up(Instant now);
extern template class StreamPump<Session>;

}  // namespace pawl
