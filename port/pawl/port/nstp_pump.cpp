// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/port/nstp_pump.hpp>

namespace pawl {

template <>
void StreamPump<nstp::Endpoint>::wind_up(Instant now) {
  if (!wind_up_until_) wind_up_until_ = now + Config::kCloseWait;
  if (!wants_write() || now >= *wind_up_until_) abort();
}

template class StreamPump<nstp::Endpoint>;

}  // namespace pawl
