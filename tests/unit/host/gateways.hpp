// SPDX-License-Identifier: Apache-2.0
/// What stands behind the servers of tests, and sessions for handlers without a server.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pawl/host/server/observer.hpp>
#include <pawl/host/server/session_handler.hpp>

namespace pawl::host::test {

/// Can take no message.
class FullGateway final : public Gateway {
 public:
  FailureOr<std::unique_ptr<SessionHandler>> open(ServerSession& /*session*/) override {
    return std::unique_ptr<SessionHandler>(std::make_unique<Handler>());
  }

 private:
  class Handler final : public SessionHandler {
   public:
    FailureOr<> take(Bytes /*fragment*/, bool /*last*/) override { return Failure{.kind = Failure::Kind::file_write}; }
  };
};

/// Has no handler for anybody.
class ClosedGateway final : public Gateway {
 public:
  FailureOr<std::unique_ptr<SessionHandler>> open(ServerSession& /*session*/) override {
    return Failure{.kind = Failure::Kind::file_make};
  }
};

/// Keeps what comes, and lets the test speak for the handler. The sessions are those that are open.
class OpenGateway final : public Gateway {
 public:
  FailureOr<std::unique_ptr<SessionHandler>> open(ServerSession& session) override {
    sessions.push_back(&session);
    return std::unique_ptr<SessionHandler>(std::make_unique<Handler>(*this, session));
  }

  std::vector<ServerSession*> sessions;
  std::vector<std::string> messages;
  std::vector<Closed> ends;
  int drained = 0;
  /// Once. Nothing if it is empty.
  std::string says_when_drained;

 private:
  class Handler final : public SessionHandler {
   public:
    Handler(OpenGateway& gateway, ServerSession& session) : gateway_(gateway), session_(session) {}
    FailureOr<> take(Bytes fragment, bool last) override {
      message_.append(fragment.begin(), fragment.end());
      if (last) gateway_.messages.push_back(std::exchange(message_, {}));
      return {};
    }
    void drained() override {
      ++gateway_.drained;
      const std::string text = std::exchange(gateway_.says_when_drained, {});
      if (!text.empty()) session_.send(text, true);
    }
    void ended(const Closed& how) override {
      std::erase(gateway_.sessions, &session_);
      gateway_.ends.push_back(how);
    }

   private:
    OpenGateway& gateway_;
    ServerSession& session_;
    std::string message_;
  };
};

/// A session that keeps what its handler wants.
class TestSession final : public ServerSession {
 public:
  struct Part {
    std::string bytes;
    bool last = false;
  };

  explicit TestSession(std::string user = "alice") : who_{.address = {}, .user = std::move(user)} {}

  [[nodiscard]] const PeerIdentity& identity() const override { return who_; }
  bool send(std::string part, bool last) override {
    if (is_full) return false;
    sent.push_back({std::move(part), last});
    return true;
  }
  [[nodiscard]] bool full() const override { return is_full; }
  void listen(bool wanted) override { listens = wanted; }
  void close(CloseReason reason) override { closed = reason; }
  void fail(const Failure& reason) override { failure = reason; }

  /// All that was sent, with a dot after each message.
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const Part& part : sent) all += part.bytes + (part.last ? "." : "");
    return all;
  }

  std::vector<Part> sent;
  bool is_full = false;
  bool listens = true;
  std::optional<CloseReason> closed;
  std::optional<Failure> failure;

 private:
  PeerIdentity who_;
};

}  // namespace pawl::host::test
