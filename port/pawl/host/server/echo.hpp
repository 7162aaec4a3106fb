// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/host/server/session_handler.hpp>

namespace pawl::host {

/// Answers "Server received: " and the message, fragment by fragment, so that no message is too long.
class Echo final : public Gateway {
 public:
  FailureOr<std::unique_ptr<SessionHandler>> open(ServerSession& session) override;
};

}  // namespace pawl::host
