// SPDX-License-Identifier: Apache-2.0
// The secrets of a phase are gone when the phase is (PROTOCOL.md 7): they are looked for in the memory of a client.
#include <gtest/gtest.h>

#include <memory>
#include <new>

#include "tests/support/end.hpp"
#include "tests/support/vectors.hpp"

namespace pawl::test::wiped_test {
namespace {

constexpr Instant kNow{1'000'000};
constexpr std::size_t kRoom = 9000;

class Wiped : public testing::Test {
 protected:
  Wiped() {
    server_.users.push_back(&enrolled_);
    server_.random = &server_random_;
    server_.rx_size = server_.tx_size = kRoom;
    server_.settings.max_rx = vector_["in"]["server_max_rx"];
    server_.settings.idle = vector_["in"]["server_idle"];
    settings_.max_rx = vector_["in"]["client_max_rx"];
    settings_.idle = vector_["in"]["client_idle"];
    settings_.iterations_floor = 1;
  }
  ~Wiped() override {
    if (!destroyed_) destroy();
  }

  void destroy() {
    std::destroy_at(&client);
    destroyed_ = true;
  }

  /// Starts both, and goes on until the client waits for a ServerFinish.
  void reach_wait_sf() {
    EXPECT_TRUE(server_.start(kNow).ok());
    EXPECT_TRUE(client.start(kNow).ok());
    exchange();
  }
  void open() {
    reach_wait_sf();
    exchange();
    EXPECT_TRUE(client.is_open());
  }
  [[nodiscard]] bool holds(const char* group, const char* secret) const {
    return hex(memory_).find(vector_[group][secret].get<std::string>()) != std::string::npos;
  }
  [[nodiscard]] bool holds_keys() const {
    return holds("keys", "exporter") || holds("keys", "c2s_0") || holds("keys", "s2c_0");
  }

  [[nodiscard]] bool buffer_holds(Bytes text) const {
    return std::search(rx_.begin(), rx_.end(), text.begin(), text.end()) != rx_.end();
  }
  void receive(Bytes message) {
    EXPECT_TRUE(std::holds_alternative<Established>(client.next_event()));
    EXPECT_EQ(server_.send(message, kNow), message.size());
    EXPECT_TRUE(client.receive(server_.take(kNow), kNow).ok());
  }

  /// What the client has to say, and what the server answers.
  void exchange() {
    server_.give(client.outgoing(), kNow);
    client.sent(client.outgoing().size(), kNow);
    EXPECT_TRUE(client.receive(server_.take(kNow), kNow).ok());
  }

 private:
  const Json& vector_ = handshake_vector("password psk");
  Enrolled enrolled_{account_in(vector_)};
  ScriptedRandom client_random_{bytes_in(vector_["random"], "client")};
  ScriptedRandom server_random_{bytes_in(vector_["random"], "server")};
  Server server_;
  ClientSettings settings_{password_initiator, enrolled_.credential};
  ByteArray<kRoom> rx_{};
  ByteArray<kRoom> tx_{};
  alignas(Session) ByteArray<sizeof(Session)> memory_{};
  bool destroyed_ = false;

 protected:
  Session& client = *::new (memory_.data()) Session(settings_, client_random_, rx_, tx_);
};

TEST_F(Wiped, TheHandshakesWhenTheSessionOpens) {
  reach_wait_sf();
  EXPECT_TRUE(holds("secret", "hs")) << "the control: it would be found";
  exchange();
  EXPECT_TRUE(client.is_open());
  EXPECT_FALSE(holds("secret", "hs"));
}

TEST_F(Wiped, TheHandshakesWhenItIsGivenUp) {
  reach_wait_sf();
  client.close(kNow);
  EXPECT_FALSE(holds("secret", "hs"));
}

TEST_F(Wiped, TheHandshakesWhenItsSessionIsDestroyed) {
  reach_wait_sf();
  destroy();
  EXPECT_FALSE(holds("secret", "hs"));
}

TEST_F(Wiped, TheSessionsWhenItEnds) {
  open();
  EXPECT_TRUE(holds("keys", "exporter") && holds("keys", "c2s_0") && holds("keys", "s2c_0"));
  client.end_of_stream(kNow);
  EXPECT_FALSE(holds_keys());
}

TEST_F(Wiped, TheSessionsWhenItIsDestroyed) {
  open();
  destroy();
  EXPECT_FALSE(holds_keys());
}

TEST_F(Wiped, WhatItReceivedWhenItIsDestroyed) {
  constexpr auto kMessage = ascii("the door opens with 4711");
  open();
  receive(kMessage);
  EXPECT_TRUE(buffer_holds(kMessage));
  destroy();
  EXPECT_FALSE(buffer_holds(kMessage));
}

}  // namespace
}  // namespace pawl::test::wiped_test
