// SPDX-License-Identifier: Apache-2.0
#include <pawl/base/config.hpp>
#include <pawl/port/pump.hpp>

namespace pawl {

/// Shuts down writing, then reads and discards for a moment, because a reset could destroy the last words otherwise
/// (PROTOCOL.md 11.2).
template <>
void StreamPump<Session>::wind_up(Instant now) {
  if (!wind_up_until_) wind_up_until_ = now + Config::kCloseWait;
  const bool delivered = !wants_write();
  if (delivered && !shut_down_) {
    transport_.shutdown();
    shut_down_ = true;
    wind_up_until_ = now + Config::kLinger;
  }
  input_ = {};
  if (!read_ended_) read();
  input_ = {};
  if ((delivered && read_ended_) || now >= *wind_up_until_) abort();
}

template class StreamPump<Session>;

}  // namespace pawl
