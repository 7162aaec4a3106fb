// SPDX-License-Identifier: Apache-2.0
/// Servers and clients of the host library in one event loop, over pipes in memory and in virtual time.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include <pawl/host/server/echo.hpp>
#include <pawl/host/server/server.hpp>
#include <pawl/port/sim/manual_clock.hpp>
#include <pawl/port/sim/seeded_random.hpp>

#include "tests/unit/host/clients.hpp"
#include "tests/unit/host/gateways.hpp"
#include "tests/unit/host/observers.hpp"
#include "tests/unit/host/pipes.hpp"
#include "tests/unit/host/users.hpp"

namespace pawl::host::test {

/// Says of everybody who waits for a descriptor that it is ready, and never waits itself.
class EverybodyReady final : public Poller {
 public:
  std::error_code change(int /*fd*/, Interest /*before*/, Interest after, void* owner) override {
    if (std::erase(waiting_, owner) == 0) ++begun;
    if (after != Interest::none) waiting_.push_back(owner);
    return {};
  }
  std::error_code wait(std::optional<Duration> /*timeout*/, std::vector<void*>& ready) override {
    ready.insert(ready.end(), waiting_.begin(), waiting_.end());
    return {};
  }

  /// How often somebody began to wait.
  int begun = 0;

 private:
  std::vector<void*> waiting_;
};

/// A clock, a loop, and what else everybody needs.
class World : public testing::Test {
 protected:
  /// Lets everybody do what can be done, without any time passing.
  void settle() {
    for (int round = 0; round < kRounds; ++round) ASSERT_TRUE(loop_.turn().ok());
  }
  /// Turns until it holds, for what other processes and the kernel do in their own time. Virtual time stands still.
  template <class Holds>
  [[nodiscard]] bool await(const Holds& holds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!holds()) {
      if (std::chrono::steady_clock::now() > end || !loop_.turn().ok()) return false;
    }
    return true;
  }
  /// Lets time pass in small steps.
  void pass(Duration time) {
    const Instant end = clock_.now() + time;
    while (clock_.now() < end) {
      clock_.advance(kStep);
      for (int round = 0; round < kRoundsAStep; ++round) ASSERT_TRUE(loop_.turn().ok());
    }
  }

  ManualClock clock_;
  SeededRandom random_{1};
  EverybodyReady poller_;
  EventLoop loop_{clock_, poller_};
  /// What servers do with messages.
  std::unique_ptr<Gateway> gateway_ = std::make_unique<Echo>();

 private:
  static constexpr int kRounds = 40;
  static constexpr int kRoundsAStep = 4;
  static constexpr Duration kStep = milliseconds(50);
};

/// The parts of a server by themselves, with what they share.
class ContextWorld : public World {
 protected:
  /// Made of options_ when it is asked for first.
  ServerContext& context() {
    if (!context_) context_.emplace(host::ServerWorld{loop_, random_, log_, *gateway_}, options_);
    return *context_;
  }
  /// The same.
  PawlService& service() {
    if (service_) return *service_;
    service_.emplace(users_, context().ticket_keys(users_), EnumerationKey());
    EXPECT_TRUE(service_->prepare(options_.idle).ok());
    return *service_;
  }

  ServerOptions options_;
  MemoryUsers users_;
  ServerLog log_;

 private:
  std::optional<ServerContext> context_;
  std::optional<PawlService> service_;
};

/// A server over streams, and those who come to it.
class ServerWorld : public World {
 protected:
  void serve(const ServerOptions& options = {}) {
    server_ = std::make_unique<Server>(host::ServerWorld{loop_, random_, log_, *gateway_}, options);
    ASSERT_TRUE(server_->listen(std::make_unique<PipeListener>(queue_), users_).ok());
  }

  /// Somebody who comes from this network.
  std::unique_ptr<Stream> come(std::uint8_t network = 2) {
    StreamPair pair = join_streams(limits_);
    queue_->waiting.push_back({std::move(pair.server), address_in(network)});
    return std::move(pair.client);
  }

  /// A client that has begun, and stays until it is told to go.
  std::unique_ptr<TestClient> connect(const ClientCredential& credential, std::uint8_t network = 2,
                                      std::uint16_t idle = 120) {
    auto client = std::make_unique<TestClient>(loop_, random_, credential, come(network), idle);
    client->messages.stays = true;
    client->start();
    return client;
  }

  PipeLimits limits_;
  std::shared_ptr<PipeListener::Queue> queue_ = std::make_shared<PipeListener::Queue>();
  MemoryUsers users_;
  ServerLog log_;
  std::unique_ptr<Server> server_;
};

}  // namespace pawl::host::test
