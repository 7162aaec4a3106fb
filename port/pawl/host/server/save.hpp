// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/host/server/session_handler.hpp>
#include <pawl/host/store/save_directory.hpp>

namespace pawl::host {

/// Keeps each message as a file, and answers "Server saved: NAME SIZE bytes sha256 DIGEST". If the session ends before
/// the last fragment of a message is there, its file keeps its partial name.
class Save final : public Gateway {
 public:
  explicit Save(SaveDirectory directory) : directory_(std::move(directory)) {}

  FailureOr<std::unique_ptr<SessionHandler>> open(ServerSession& session) override;

 private:
  SaveDirectory directory_;
};

}  // namespace pawl::host
