// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pawl/host/base/text.hpp>

#include "tests/unit/host/test_link.hpp"
#include "tests/unit/host/world.hpp"

namespace pawl::host::test {

/// A client over a link that the test plays.
class ClientWorld : public World {
 protected:
  /// The session is open, and the client waits for what comes.
  void open() {
    messages_.stays = true;
    link_.events = {Established{}};
    client_.start();
    settle();
    ASSERT_EQ(log_.opened, 1);
  }
  void say(const std::string& text) {
    messages_.queue.push_back(text);
    settle();
  }
  void hear(std::string_view text, bool last = true) {
    link_.events.emplace_back(Message{bytes_of(text), last});
    settle();
  }
  /// What a server does that was closed.
  void end(const Closed& closed = {}) {
    link_.events.emplace_back(closed);
    settle();
  }
  const Client::Outcome& outcome() { return client_.outcome(); }
  Failure::Kind failure() { return outcome().failure ? outcome().failure->kind : Failure::Kind::core; }

  TestLink link_;
  ClientLog log_;
  Messages messages_;
  Replies replies_;
  std::vector<std::uint32_t> derived_;
  /// How long those that came were.
  std::vector<std::size_t> tickets_;
  ClientCredential credential_;
  bool derivation_fails_ = false;
  ClientContext context_{loop_,
                         log_,
                         messages_,
                         replies_,
                         [this](const DerivationWanted& event) -> FailureOr<const ClientCredential*> {
                           derived_.push_back(event.iterations);
                           if (derivation_fails_) return core_failure(Error::random_failed);
                           return &credential_;
                         },
                         [this](const TicketReceived& event) { tickets_.emplace_back(event.content.size()); }};
  Client client_{{.user = "alice"}, link_, context_};
};

}  // namespace pawl::host::test
