// SPDX-License-Identifier: Apache-2.0
/// Servers and clients of the host library in one event loop, over pipes in memory and in virtual time.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pawl/handshake/initiator.hpp>
#include <pawl/host/base/text.hpp>
#include <pawl/host/client/client.hpp>
#include <pawl/host/client/stream_link.hpp>
#include <pawl/host/server/server.hpp>
#include <pawl/port/sim/manual_clock.hpp>
#include <pawl/port/sim/pipe.hpp>
#include <pawl/port/sim/seeded_random.hpp>

#include "tests/support/enrolled.hpp"

namespace pawl::host::test {

/// Says of everybody who waits for a descriptor that it is ready, and never waits itself.
class EverybodyReady final : public Poller {
 public:
  std::error_code change(int /*fd*/, Interest /*before*/, Interest after, void* owner) override {
    std::erase(waiting_, owner);
    if (after != Interest::none) waiting_.push_back(owner);
    return {};
  }
  std::error_code wait(std::optional<Duration> /*timeout*/, std::vector<void*>& ready) override {
    ready.insert(ready.end(), waiting_.begin(), waiting_.end());
    return {};
  }

 private:
  std::vector<void*> waiting_;
};

/// One end of a pipe.
class PipeStream final : public Stream {
 public:
  /// The pipe lives as long as its ends.
  PipeStream(std::shared_ptr<Pipe> pipe, Transport& end) : pipe_(std::move(pipe)), end_(end) {}
  ~PipeStream() override {
    if (open_) end_.close();
  }

  Result<std::size_t> read(MutBytes buffer) override { return end_.read(buffer); }
  Result<std::size_t> write(Bytes bytes) override { return end_.write(bytes); }
  void shutdown() override { end_.shutdown(); }
  void close() override {
    end_.close();
    open_ = false;
  }
  /// Nobody looks at the number.
  [[nodiscard]] int fd() const override { return open_ ? 1 : -1; }

 private:
  std::shared_ptr<Pipe> pipe_;
  Transport& end_;
  bool open_ = true;
};

/// The address a.b.c.1 in a network /24 of its own.
inline PeerAddress address_in(std::uint8_t network) {
  return {"192.0." + std::to_string(network) + ".1:4711", {4, 192, 0, network}};
}

/// Whom a server lets in next.
class PipeListener final : public StreamListener {
 public:
  struct Queue {
    std::deque<AcceptedStream> waiting;
    /// What accept() fails with; none: it does not.
    std::error_code failure;
  };

  explicit PipeListener(std::shared_ptr<Queue> queue) : queue_(std::move(queue)) {}

  PosixResult<std::optional<AcceptedStream>> accept() override {
    if (queue_->failure) return queue_->failure;
    if (queue_->waiting.empty()) return std::optional<AcceptedStream>();
    std::optional next(std::move(queue_->waiting.front()));
    queue_->waiting.pop_front();
    return next;
  }
  [[nodiscard]] int fd() const override { return 1; }
  [[nodiscard]] std::uint16_t port() const override { return 7295; }
  [[nodiscard]] std::string address() const override { return "192.0.2.9:7295"; }

 private:
  std::shared_ptr<Queue> queue_;
};

/// Users in memory.
class MemoryUsers final : public UserStore {
 public:
  struct User {
    std::shared_ptr<pawl::test::Enrolled> enrolment;
    std::uint64_t version = 1;
  };

  pawl::test::Enrolled& enrol(const std::string& name, const pawl::test::Flow& flow = pawl::test::kRawKeyPsk) {
    User& user = users_[name];
    const pawl::test::Buffer bytes = pawl::test::bytes_of(name);
    user.enrolment =
        std::make_shared<pawl::test::Enrolled>(pawl::test::Account{.flow = flow, .user = bytes, .iterations = 10});
    user.version = ++versions_;
    return *user.enrolment;
  }
  void remove(const std::string& name) { users_.erase(name); }
  /// From now on nobody can be looked up.
  void fail(Failure failure) { failure_ = std::move(failure); }

  [[nodiscard]] FailureOr<std::unique_ptr<StoredEnrolment>> find(Bytes user) const override {
    if (failure_) return *failure_;
    const auto found = users_.find(std::string(user.begin(), user.end()));
    if (found == users_.end()) return std::unique_ptr<StoredEnrolment>();
    auto stored = std::make_unique<StoredEnrolment>();
    const pawl::test::Enrolled& enrolment = *found->second.enrolment;
    stored->user = found->first;
    copy_enrolment(enrolment, *stored);
    return stored;
  }
  [[nodiscard]] std::uint64_t version(Bytes user) const override {
    const auto found = users_.find(std::string(user.begin(), user.end()));
    return found == users_.end() ? 0 : found->second.version;
  }
  [[nodiscard]] FailureOr<EnumerationKey> enumeration_key() const override { return EnumerationKey(); }

 private:
  static void copy_enrolment(const pawl::test::Enrolled& from, StoredEnrolment& to) {
    to.enrolment.user = bytes_of(to.user);
    to.enrolment.kind = from.enrolment.kind;
    to.enrolment.mode = from.enrolment.mode;
    to.enrolment.generation = from.enrolment.generation;
    to.enrolment.iterations = from.enrolment.iterations;
    to.enrolment.salt = from.enrolment.salt;
    copy(from.enrolment.psk.bytes(), to.enrolment.psk.writable());
    to.enrolment.verifier = from.enrolment.verifier;
  }

  std::map<std::string, User> users_;
  std::uint64_t versions_ = 0;
  std::optional<Failure> failure_;
};

/// What happened at a server, a line each.
class ServerLog final : public ServerObserver {
 public:
  void listening(const ListenPoint& point) override { add("listening " + point.address + point.line); }
  void accepted(const PeerAddress& /*address*/) override {}
  void refused(const PeerIdentity& peer, const Refusal& refusal) override {
    refusals.push_back(refusal);
    add("refused " + peer.user + " from " + peer.address.text);
  }
  void established(const PeerIdentity& peer) override { add("established " + peer.user); }
  void closed(const PeerIdentity& peer, const SessionEnd& end) override {
    ends.push_back(end);
    add("closed " + peer.user);
  }
  void too_many_sessions(const PeerIdentity& peer) override { add("too many sessions of " + peer.user); }
  void enrolment_gone(const PeerIdentity& peer) override { add("enrolment gone of " + peer.user); }
  void answer_too_long(const PeerIdentity& peer) override { add("answer too long for " + peer.user); }
  void exposed(const std::filesystem::path& path) override { add("exposed " + path.native()); }
  void failed(const Failure& failure, const PeerIdentity* /*peer*/) override {
    failures.push_back(failure);
    add("failed");
  }
  void line_changed(const ListenPoint& point, LineChange /*change*/) override { add("line " + point.line); }
  void line_garbles(const ListenPoint& point, std::uint64_t /*corrupt*/) override { add("garbled " + point.line); }
  void link(const LinkReport& report) override { links.push_back(report); }
  void stopping() override { add("stopping"); }

  [[nodiscard]] std::size_t count(const std::string& line) const {
    return static_cast<std::size_t>(std::ranges::count(lines, line));
  }

  std::vector<std::string> lines;
  std::vector<Refusal> refusals;
  std::vector<SessionEnd> ends;
  std::vector<Failure> failures;
  std::vector<LinkReport> links;

 private:
  void add(std::string line) { lines.push_back(std::move(line)); }
};

/// Gives these messages, and ends when all were sent, unless it is to stay.
class Messages final : public MessageSource {
 public:
  [[nodiscard]] std::optional<Fragment> next() const override {
    if (queue.empty()) return std::nullopt;
    return Fragment{bytes_of(queue.front()), true};
  }
  void taken(std::size_t n) override {
    queue.front().erase(0, n);
    if (queue.front().empty()) queue.pop_front();
  }
  [[nodiscard]] bool ended() const override { return queue.empty() && !stays; }

  /// None is empty.
  std::deque<std::string> queue;
  bool stays = false;
};

/// Keeps replies; nobody reads more than `read_until`.
class Replies final : public ReplySink {
 public:
  FailureOr<> take(Bytes fragment, bool last) override {
    current_.append(fragment.begin(), fragment.end());
    if (last) all.push_back(std::exchange(current_, {}));
    return {};
  }
  void cut() override { ++cuts; }
  FailureOr<> flush() override { return {}; }
  [[nodiscard]] bool busy() const override { return all.size() >= read_until; }
  [[nodiscard]] int fd() const override { return 1; }

  std::vector<std::string> all;
  std::size_t read_until = SIZE_MAX;
  int cuts = 0;

 private:
  std::string current_;
};

class ClientLog final : public ClientObserver {
 public:
  void established(const ClientIdentity& /*identity*/) override { ++opened; }
  void sent(std::uint64_t message) override { last_sent = message; }
  void unanswered(std::uint64_t message) override { lost.push_back(message); }
  void closed(const Closed& closed, std::uint64_t /*sent*/, std::uint64_t /*answered*/) override {
    ends.push_back(closed);
  }
  void line_changed(const ListenPoint& /*point*/, LineChange change) override { changes.push_back(change); }
  void link(const LinkReport& report) override { links.push_back(report); }

  int opened = 0;
  std::optional<std::uint64_t> last_sent;
  std::vector<std::uint64_t> lost;
  std::vector<Closed> ends;
  std::vector<LineChange> changes;
  std::vector<LinkReport> links;
};

/// A clock, a loop, and what else everybody needs.
class World : public testing::Test {
 protected:
  /// Lets everybody do what can be done, without any time passing.
  void settle() {
    for (int round = 0; round < kRounds; ++round) ASSERT_TRUE(loop_.turn().ok());
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

 private:
  static constexpr int kRounds = 40;
  static constexpr int kRoundsAStep = 4;
  static constexpr Duration kStep = milliseconds(50);
};

/// A client of the library, over a stream.
class TestClient {
 public:
  TestClient(EventLoop& loop, Random& random, const ClientCredential& credential, std::unique_ptr<Stream> stream,
             std::uint16_t idle)
      : settings_(with_idle(credential, idle)),
        link_(settings_, random, std::move(stream)),
        context_{loop, log, messages, replies,
                 [](const DerivationWanted&) { return FailureOr<const ClientCredential*>(Failure()); }},
        client_({.user = std::string(credential.user.begin(), credential.user.end())}, link_, context_) {}

  void start() { client_.start(); }
  Client& client() { return client_; }

  ClientLog log;
  Messages messages;
  Replies replies;

 private:
  static ClientSettings with_idle(const ClientCredential& credential, std::uint16_t idle) {
    ClientSettings settings(key_initiator, credential);
    settings.exchange = pawl::test::exchange_for(credential.mode);
    settings.idle = idle;
    return settings;
  }

  ClientSettings settings_;
  StreamLink link_;
  ClientContext context_;
  Client client_;
};

/// A server over streams, and those who come to it.
class ServerWorld : public World {
 protected:
  void serve(const ServerOptions& options = {}) {
    server_ = std::make_unique<Server>(host::ServerWorld{loop_, random_, log_}, options);
    ASSERT_TRUE(server_->listen(std::make_unique<PipeListener>(queue_), users_).ok());
  }

  /// Somebody who comes from this network.
  std::unique_ptr<Stream> come(std::uint8_t network = 2) {
    auto pipe = std::make_shared<Pipe>(limits_);
    queue_->waiting.push_back({std::make_unique<PipeStream>(pipe, pipe->first()), address_in(network)});
    Transport& end = pipe->second();
    return std::make_unique<PipeStream>(std::move(pipe), end);
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
