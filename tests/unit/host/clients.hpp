// SPDX-License-Identifier: Apache-2.0
/// Clients of the library, with messages and replies in memory.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pawl/handshake/p256.hpp>
#include <pawl/handshake/resumption.hpp>
#include <pawl/host/base/text.hpp>
#include <pawl/host/client/client.hpp>
#include <pawl/host/client/stream_link.hpp>

#include "tests/support/enrolled.hpp"
#include "tests/unit/host/observers.hpp"

namespace pawl::host::test {

/// Gives these messages, and ends when all were sent, unless it is to stay.
class Messages final : public MessageSource {
 public:
  [[nodiscard]] std::optional<Fragment> next() const override {
    if (queue.empty() || awaiting_answer_) return std::nullopt;
    return Fragment{bytes_of(queue.front()), true};
  }
  void taken(std::size_t n) override {
    queue.front().erase(0, n);
    if (!queue.front().empty()) return;
    queue.pop_front();
    awaiting_answer_ = one_at_a_time;
  }
  [[nodiscard]] bool ended() const override { return queue.empty() && !stays; }

  FailureOr<> read() override { return failure(); }
  FailureOr<> answered() override {
    awaiting_answer_ = false;
    ++answers;
    return failure();
  }
  [[nodiscard]] int wants_input() const override { return fd; }
  [[nodiscard]] bool awaits_reply() const override { return awaits_more; }
  Missed missed() override {
    if (becomes == Missed::sent_again) queue.push_front("again");
    if (becomes != Missed::given_up) awaiting_answer_ = false;
    return becomes;
  }

  /// None is empty.
  std::deque<std::string> queue;
  bool stays = false;
  /// Each after the answer to the one before.
  bool one_at_a_time = false;
  /// What read() and answered() fail with; none: they do not.
  std::optional<Failure> fails;
  int answers = 0;
  int fd = -1;
  /// A reply is still to come, whatever came.
  bool awaits_more = false;
  /// What is done with a message whose reply was missed.
  Missed becomes = Missed::given_up;

 private:
  [[nodiscard]] FailureOr<> failure() const { return fails ? FailureOr<>(*fails) : FailureOr<>(); }

  bool awaiting_answer_ = false;
};

/// Keeps replies; nobody reads more than `read_until`.
class Replies final : public ReplySink {
 public:
  FailureOr<> take(Bytes fragment, bool last) override {
    EXPECT_FALSE(busy()) << "nothing is to be taken then";
    current_.append(fragment.begin(), fragment.end());
    if (last) all.push_back(std::exchange(current_, {}));
    return failure();
  }
  void cut() override { ++cuts; }
  FailureOr<> flush() override { return failure(); }
  [[nodiscard]] bool busy() const override { return all.size() >= read_until; }
  [[nodiscard]] int fd() const override { return 1; }

  std::vector<std::string> all;
  std::size_t read_until = SIZE_MAX;
  /// What take() and flush() fail with; none: they do not.
  std::optional<Failure> fails;
  int cuts = 0;

 private:
  [[nodiscard]] FailureOr<> failure() const { return fails ? FailureOr<>(*fails) : FailureOr<>(); }

  std::string current_;
};

/// A client of the library.
class TestClient {
 public:
  /// Makes the link, which the settings outlive.
  using MakeLink = std::function<std::unique_ptr<Link>(ClientSettings& settings)>;

  TestClient(EventLoop& loop, const ClientCredential& credential, std::uint16_t idle, const MakeLink& make)
      : settings_(with_idle(credential, idle, ticket)),
        link_(make(settings_)),
        context_{loop,
                 log,
                 messages,
                 replies,
                 [](const DerivationWanted&) { return FailureOr<const ClientCredential*>(Failure()); },
                 [this](const TicketReceived& event) { ticket.take(event.content); }},
        client_({.user = std::string(credential.user.begin(), credential.user.end())}, *link_, context_) {}
  /// Over a stream.
  TestClient(EventLoop& loop, Random& random, const ClientCredential& credential, std::unique_ptr<Stream> stream,
             std::uint16_t idle)
      : TestClient(loop, credential, idle, [&](ClientSettings& settings) {
          return std::make_unique<StreamLink>(settings, random, std::move(stream));
        }) {}

  void start() { client_.start(); }
  Client& client() { return client_; }
  [[nodiscard]] const Client::Outcome& outcome() const { return client_.outcome(); }
  Link& link() { return *link_; }

  ClientLog log;
  Messages messages;
  Replies replies;
  /// What it begins with, and then what the server has sent.
  ClientTicket ticket;

 private:
  static ResumingClientSettings with_idle(const ClientCredential& credential, std::uint16_t idle,
                                          ClientTicket& ticket) {
    ResumingClientSettings settings(key_initiator, credential, ticket);
    settings.exchange = pawl::test::exchange_for(credential.mode);
    settings.ticket_exchange = &p256_tickets;
    settings.idle = idle;
    return settings;
  }

  ResumingClientSettings settings_;
  std::unique_ptr<Link> link_;
  ClientContext context_;
  Client client_;
};

}  // namespace pawl::host::test
