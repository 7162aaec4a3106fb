// SPDX-License-Identifier: Apache-2.0
// A tunnel, the server at its other end and what is behind that, over real connections on the loopback interface.
#include <pawl/host/client/tunnel.hpp>

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pawl/host/net/listener.hpp>
#include <pawl/host/server/forward.hpp>
#include <pawl/host/server/server.hpp>
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/socket_world.hpp"

namespace pawl::host::tunnel_test {
namespace {

using test::value_of;

class KeyLogin final : public ClientLogin {
 public:
  explicit KeyLogin(const ClientCredential& credential) : credential_(credential) {}
  [[nodiscard]] const ClientCredential& credential() const override { return credential_; }
  FailureOr<const ClientCredential*> derive(const DerivationWanted& /*wanted*/) override {
    return core_failure(Error::wrong_state);
  }

 private:
  const ClientCredential& credential_;
};

class TunnelTest : public test::SocketWorld {
 protected:
  void serve() {
    forward_ = value_of(Forward::to(loop_, "127.0.0.1:" + std::to_string(target_.port())));
    server_ = std::make_unique<Server>(host::ServerWorld{loop_, random_, server_log_, *forward_}, ServerOptions{});
    for (auto& each : value_of(listen_on("127.0.0.1:0"))) {
      ASSERT_TRUE(server_->listen(std::move(each), users_).ok());
    }
    const std::string& line = server_log_.lines.front();
    server_port_ = static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)));
  }
  void dig(const ClientCredential& credential) {
    auto listener = std::move(TcpListener::open("127.0.0.1", 0).value());
    port_ = listener.port();
    login_.emplace(credential);
    context_.emplace(
        TunnelContext{loop_, random_, log_, *login_, [this](const Failure& failure) { failures_.push_back(failure); }});
    std::vector<TcpListener> listeners;
    listeners.push_back(std::move(listener));
    tunnel_ = std::make_unique<Tunnel>(*context_, std::move(listeners), Endpoint{"127.0.0.1", server_port_}, 120);
  }
  void dig() { dig(users_.enrol("alice", pawl::test::kRawKeyEcdhe).credential); }

  /// Both ends of one connection through the tunnel.
  struct Line {
    Descriptor local;
    Descriptor target;
  };
  Descriptor call() { return std::move(tcp_connect("127.0.0.1", port_, pawl::seconds(10)).value()); }
  Line join() {
    Line line{call(), {}};
    EXPECT_TRUE(await([&] {
      auto accepted = target_.accept();
      if (!accepted.ok() || !accepted.value()) return false;
      line.target = std::move(accepted.value()->socket);
      return true;
    }));
    return line;
  }

  TcpListener target_ = std::move(TcpListener::open("127.0.0.1", 0).value());
  test::MemoryUsers users_;
  test::ServerLog server_log_;
  std::unique_ptr<Gateway> forward_;
  std::unique_ptr<Server> server_;
  std::uint16_t server_port_ = 0;
  test::ClientLog log_;
  std::optional<KeyLogin> login_;
  std::vector<Failure> failures_;
  std::optional<TunnelContext> context_;
  std::unique_ptr<Tunnel> tunnel_;
  std::uint16_t port_ = 0;
};

TEST_F(TunnelTest, CarriesAConnectionWithBothItsEnds) {
  serve();
  dig();
  const Line line = join();
  say(line.local, "question");
  ::shutdown(line.local.get(), SHUT_WR);
  EXPECT_EQ(heard(line.target, 99), "question");
  EXPECT_EQ(error_, 0);
  say(line.target, "answer");
  ::shutdown(line.target.get(), SHUT_WR);
  EXPECT_EQ(heard(line.local, 99), "answer");
  EXPECT_EQ(error_, 0);
  EXPECT_TRUE(await([&] { return log_.ends.size() == 1; }));
  EXPECT_EQ(log_.ends.front().error, Error::none);
  EXPECT_TRUE(failures_.empty());
}

TEST_F(TunnelTest, LaterConnectionsComeWithTickets) {
  serve();
  dig();
  std::vector<Line> lines;
  for (int i = 0; i < 3; ++i) {
    lines.push_back(join());
    say(lines.back().local, "x");
    EXPECT_EQ(heard(lines.back().target, 1), "x");
  }
  ASSERT_EQ(server_log_.peers.size(), 3U);
  EXPECT_EQ(server_log_.peers[0].kind, Kind::raw_key);
  EXPECT_EQ(server_log_.peers[1].kind, Kind::ticket);
  EXPECT_EQ(server_log_.peers[2].kind, Kind::ticket);
}

TEST_F(TunnelTest, AServerThatIsGoneCutsTheConnection) {
  serve();
  dig();
  const Line line = join();
  say(line.local, "half");
  EXPECT_EQ(heard(line.target, 4), "half");
  server_.reset();
  EXPECT_EQ(heard(line.local, 99), "");
  EXPECT_EQ(error_, ECONNRESET) << "it does not look like an end in good order";
  EXPECT_EQ(failures_.size(), 1U);
}

TEST_F(TunnelTest, StopsAndCutsWhatIsThere) {
  serve();
  dig();
  const Line line = join();
  say(line.local, "half");
  EXPECT_EQ(heard(line.target, 4), "half");
  EXPECT_FALSE(tunnel_->stopped());
  tunnel_->stop();
  EXPECT_TRUE(await([&] { return tunnel_->stopped(); }));
  for (const Descriptor* end : {&line.local, &line.target}) {
    EXPECT_EQ(heard(*end, 99), "");
    EXPECT_EQ(error_, ECONNRESET);
  }
  EXPECT_FALSE(tunnel_->refused());
}

TEST_F(TunnelTest, ALoginThatIsRefusedStopsIt) {
  serve();
  users_.enrol("alice");
  pawl::test::Account account{.flow = pawl::test::kRawKeyPsk, .user = pawl::test::bytes_of("alice")};
  account.secret[0] ^= 1;
  const pawl::test::Enrolled stranger(account);
  dig(stranger.credential);
  const Descriptor local = call();
  EXPECT_TRUE(await([&] { return tunnel_->stopped(); }));
  EXPECT_TRUE(tunnel_->refused());
  heard(local, 99);
  EXPECT_EQ(error_, ECONNRESET);
}

TEST_F(TunnelTest, WithoutAServerEachConnectionIsCutAndItGoesOn) {
  server_port_ = TcpListener::open("127.0.0.1", 0).value().port();
  dig();
  for (std::size_t i = 1; i <= 2; ++i) {
    const Descriptor local = call();
    heard(local, 99);
    EXPECT_EQ(error_, ECONNRESET);
    ASSERT_EQ(failures_.size(), i);
    EXPECT_EQ(failures_.back().kind, Failure::Kind::connect);
  }
  EXPECT_FALSE(tunnel_->refused());
}

}  // namespace
}  // namespace pawl::host::tunnel_test
