// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <string>
#include <vector>

#include <pawl/host/net/event_loop.hpp>
#include <pawl/host/server/command_framing.hpp>
#include <pawl/host/server/observer.hpp>
#include <pawl/host/server/session_handler.hpp>

namespace pawl::host {

/// Runs a command for each session, without a shell. Messages go to its standard input, and what it says on its
/// standard output goes to the client. The session ends when the command closes its output.
///
/// It finds PAWL_USER and PAWL_ADDRESS in its environment. When the session is over, its standard input ends. It has
/// five seconds to end by itself, then it is sent SIGTERM, and SIGKILL after five more.
class Exec final : public Gateway {
 public:
  static constexpr Duration kPatience = seconds(5);
  /// Commands that go on though their sessions have ended. If there are more, the oldest is killed.
  static constexpr std::size_t kMostLeft = 256;

  /// `words` are the program and its arguments. The loop and the observer outlive it.
  Exec(EventLoop& loop, ServerObserver& observer, std::vector<std::string> words, Framing framing);
  ~Exec() override;

  FailureOr<std::unique_ptr<SessionHandler>> open(ServerSession& session) override;
  [[nodiscard]] bool idle() const override { return left_.empty(); }

 private:
  class Run;
  class Handler;
  using Runs = std::list<std::unique_ptr<Run>>;

  /// The session of a command is over.
  void leave(std::unique_ptr<Run> run);

  EventLoop& loop_;
  ServerObserver& observer_;
  std::vector<std::string> words_;
  Framing framing_;
  /// Those whose sessions have ended. The oldest comes first.
  Runs left_;
};

}  // namespace pawl::host
