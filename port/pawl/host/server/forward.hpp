// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <pawl/base/address.hpp>
#include <pawl/host/net/event_loop.hpp>
#include <pawl/host/server/session_handler.hpp>

namespace pawl::host {

/// The server's end of a tunnel. Each session gets a TCP connection of its own to one place, and each direction is one
/// message, whose end is the end of that direction. So a direction can end before the other, and a session that is cut
/// resets the connection, which never looks like an end in good order.
class Forward final : public Gateway {
 public:
  /// To `text`, which is HOST:PORT, and whose name is looked up now. The loop outlives it. Kind::address,
  /// Kind::forward.
  static FailureOr<std::unique_ptr<Gateway>> to(EventLoop& loop, const std::string& text);

  FailureOr<std::unique_ptr<SessionHandler>> open(ServerSession& session) override;

 private:
  class Handler;

  Forward(EventLoop& loop, std::vector<Address> addresses, std::string where)
      : loop_(loop), addresses_(std::move(addresses)), where_(std::move(where)) {}

  EventLoop& loop_;
  std::vector<Address> addresses_;
  /// As it was written, safe to print.
  std::string where_;
};

}  // namespace pawl::host
