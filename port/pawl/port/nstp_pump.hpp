// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/nstp/endpoint.hpp>
#include <pawl/port/stream_pump.hpp>

namespace pawl {

/// The loop between a transport and one side of NSTP. It closes the transport once the last bytes are delivered.
using NstpPump = StreamPump<nstp::Endpoint>;

template <>
void StreamPump<nstp::Endpoint>::wind_up(Instant now);
extern template class StreamPump<nstp::Endpoint>;

}  // namespace pawl
