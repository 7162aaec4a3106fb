// SPDX-License-Identifier: Apache-2.0
// Enrols a user, serves on a free port of the loopback interface, and connects to that: the two ends have one loop.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <pawl/handshake/initiator.hpp>
#include <pawl/handshake/key.hpp>
#include <pawl/host/client/client.hpp>
#include <pawl/host/client/stream_link.hpp>
#include <pawl/host/net/epoll.hpp>
#include <pawl/host/server/echo.hpp>
#include <pawl/host/server/server.hpp>
#include <pawl/host/store/toml_users.hpp>
#include <pawl/port/posix/clock.hpp>
#include <pawl/port/posix/random.hpp>
#include <string>

using namespace pawl;

namespace {

/// The credential views it.
constexpr auto kUser = ascii("sensor-17");

/// Tells what happens at the server.
class Log final : public host::ServerObserver {
 public:
  void listening(const host::ListenPoint& point) override {
    where = point.address;
    std::printf("listening at %s\n", where.c_str());
  }
  void accepted(const PeerAddress& /*address*/) override {}
  void refused(const host::PeerIdentity& peer, const host::Refusal& /*why*/) override {
    std::printf("refused %s\n", peer.address.text.c_str());
  }
  void established(const host::PeerIdentity& peer) override { std::printf("%s is here\n", peer.user.c_str()); }
  void closed(const host::PeerIdentity& peer, const host::SessionEnd& end) override {
    std::printf("%s is gone after %llu messages\n", peer.user.c_str(), static_cast<unsigned long long>(end.messages));
  }
  void too_many_sessions(const host::PeerIdentity& /*peer*/) override {}
  void enrolment_gone(const host::PeerIdentity& /*peer*/) override {}
  void too_old(const host::PeerIdentity& /*peer*/) override {}
  void answer_too_long(const host::PeerIdentity& /*peer*/) override {}
  void exposed(const std::filesystem::path& /*path*/) override {}
  void failed(const host::Failure& failure, const host::PeerIdentity* /*peer*/) override {
    std::printf("failed: %s\n", failure.error.message().c_str());
  }
  void line_changed(const host::ListenPoint& /*point*/, host::LineChange /*change*/) override {}
  void line_garbles(const host::ListenPoint& /*point*/, std::uint64_t /*corrupt*/) override {}
  void link(const host::LinkReport& /*report*/) override {}
  void stopping() override {}

  std::string where;
};

class Silent final : public host::ClientObserver {
 public:
  void established(const host::ClientIdentity& /*identity*/) override {}
  void sent(std::uint64_t /*message*/) override {}
  void unanswered(std::uint64_t /*message*/) override {}
  void closed(const Closed& /*closed*/, std::uint64_t /*sent*/, std::uint64_t /*answered*/) override {}
  void line_changed(const host::ListenPoint& /*point*/, host::LineChange /*change*/) override {}
  void link(const host::LinkReport& /*report*/) override {}
};

class OneMessage final : public host::MessageSource {
 public:
  [[nodiscard]] std::optional<host::Fragment> next() const override {
    return sent_ ? std::nullopt : std::optional(host::Fragment{kText, true});
  }
  void taken(std::size_t /*all of it*/) override { sent_ = true; }
  [[nodiscard]] bool ended() const override { return sent_; }

 private:
  static constexpr auto kText = ascii("21.5 degrees");
  bool sent_ = false;
};

class Reply final : public host::ReplySink {
 public:
  host::FailureOr<> take(Bytes fragment, bool /*last*/) override {
    text.append(fragment.begin(), fragment.end());
    return {};
  }
  void cut() override {}
  host::FailureOr<> flush() override { return {}; }
  [[nodiscard]] bool busy() const override { return false; }
  [[nodiscard]] int fd() const override { return -1; }

  std::string text;
};

void require(bool condition, const char* otherwise) {
  if (condition) return;
  std::printf("%s\n", otherwise);
  std::exit(1);
}

/// Gives the client's credential.
void enrol(host::TomlUsers& users, Random& random, ClientCredential& credential) {
  RawKey key;
  Enrolment enrolled;
  require(random.fill(key.writable()).ok(), "no random bytes");
  require(derive_from_raw_key(kUser, key, Mode::psk, nullptr, credential).ok(), "no credential");
  require(make_enrolment(credential, 1, nullptr, enrolled).ok(), "no enrolled");
  require(host::save(users, enrolled).ok(), "the user cannot be enrolled");
}

}  // namespace

int main(int argc, char** argv) {
  require(argc == 2, "give a directory for the users");
  MonotonicClock clock;
  SystemRandom random;
  host::TomlUsers users(argv[1]);
  ClientCredential credential;
  enrol(users, random, credential);

  host::Epoll epoll;
  host::EventLoop loop(clock, epoll);
  Log log;
  host::Echo echo;
  host::Server server({loop, random, log, echo}, {});
  auto listeners = host::listen_on("127.0.0.1:0");
  require(listeners.ok() && server.listen(std::move(listeners.value().front()), users).ok(), "cannot listen");

  auto stream = host::dial(log.where, seconds(10));
  require(stream.ok(), "cannot connect");
  const ClientSettings settings(key_initiator, credential);
  host::StreamLink link(settings, random, std::move(stream.value()));
  Silent silent;
  OneMessage message;
  Reply reply;
  const host::ClientContext context{loop, silent, message, reply, {}, {}};
  host::Client client({.user = "sensor-17"}, link, context);
  client.start();
  while (!client.done()) require(loop.turn().ok(), "cannot wait");
  server.stop();
  while (!server.stopped()) require(loop.turn().ok(), "cannot wait");

  std::printf("%s\n", reply.text.c_str());
  require(client.outcome().complete && reply.text == "Server received: 21.5 degrees", "something went wrong");
}
