// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/net/listener.hpp>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>

#include <string>

#include <pawl/host/base/text.hpp>
#include <pawl/port/posix/resolve.hpp>

#include "tests/unit/host/failures.hpp"

namespace pawl::host::listener_test {
namespace {

using Kind = Failure::Kind;

constexpr Duration kPatience = seconds(5);

bool wait_to_read(int fd) {
  pollfd wanted{fd, POLLIN, 0};
  return ::poll(&wanted, 1, static_cast<int>(kPatience.ms)) == 1;
}

/// While it lives, this process can open no more descriptors than it has.
class NoMoreDescriptors {
 public:
  NoMoreDescriptors() {
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &before_), 0);
    const rlimit none{0, before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  }
  NoMoreDescriptors(const NoMoreDescriptors&) = delete;
  NoMoreDescriptors& operator=(const NoMoreDescriptors&) = delete;
  ~NoMoreDescriptors() { EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before_), 0); }

 private:
  rlimit before_{};
};

/// A listener on a free port of 127.0.0.1.
class TcpStreamListenerTest : public testing::Test {
 protected:
  TcpStreamListenerTest() : listeners_(test::value_of(listen_on("127.0.0.1:0"))) {}

  StreamListener& listener() { return *listeners_.front(); }
  [[nodiscard]] std::string address() { return "127.0.0.1:" + std::to_string(listener().port()); }
  std::unique_ptr<Stream> connect() { return test::value_of(dial(address(), kPatience)); }
  /// The stream that waits, or that comes.
  AcceptedStream accept() {
    EXPECT_TRUE(wait_to_read(listener().fd()));
    auto accepted = listener().accept();
    EXPECT_TRUE(accepted.ok() && accepted.value());
    return std::move(*accepted.value());
  }

  std::vector<std::unique_ptr<StreamListener>> listeners_;
};

TEST_F(TcpStreamListenerTest, SaysWhereItListens) {
  ASSERT_EQ(listeners_.size(), 1U);
  EXPECT_NE(listener().port(), 0);
  EXPECT_EQ(listener().address(), address());
}

TEST_F(TcpStreamListenerTest, GivesStreamsOfThoseWhoComeInOrder) {
  EXPECT_FALSE(listener().accept().value());
  const auto client = connect();
  ASSERT_EQ(client->write(bytes_of(std::string("hello"))).value(), 5U);
  const AcceptedStream server = accept();
  EXPECT_FALSE(listener().accept().value());
  EXPECT_EQ(server.peer.text.substr(0, 10), "127.0.0.1:");
  EXPECT_EQ(server.peer.prefix, (ByteArray<9>{4, 127}));
  ByteArray<16> buffer{};
  EXPECT_TRUE(wait_to_read(server.stream->fd()));
  EXPECT_EQ(server.stream->read(buffer).value(), 5U);
}

TEST_F(TcpStreamListenerTest, NobodyWaitsForAStreamThatIsClosed) {
  const auto client = connect();
  EXPECT_GE(client->fd(), 0);
  client->close();
  EXPECT_EQ(client->fd(), -1);
}

TEST_F(TcpStreamListenerTest, AStreamWaitsUntilTheSystemCanAcceptIt) {
  const auto client = connect();
  ASSERT_TRUE(wait_to_read(listener().fd()));
  {
    const NoMoreDescriptors none;
    EXPECT_EQ(listener().accept().error(), std::errc::too_many_files_open);
  }
  EXPECT_NE(accept().stream, nullptr);
}

// Failures.

TEST_F(TcpStreamListenerTest, OnlyOneListensAtAPort) {
  const Failure failure = test::failure_of(Kind::listen, listen_on(address()));
  EXPECT_EQ(failure.error, std::errc::address_in_use);
  EXPECT_EQ(failure.detail, address());
}

TEST(Listen, OnlyWhereAnAddressIs) {
  test::failure_of(Kind::address, listen_on("127.0.0.1"));
  test::failure_of(Kind::address, listen_on("port"));
}

TEST(Listen, OnAPortAloneIsOnAllAddresses) {
  const auto listeners = test::value_of(listen_on("0"));
  ASSERT_EQ(listeners.size(), 1U);
  const std::string port = std::to_string(listeners.front()->port());
  EXPECT_TRUE(test::has("[::]:" + port + " 0.0.0.0:" + port, listeners.front()->address()));
}

TEST(Listen, SaysWhereItCannot) {
  const auto error = std::make_error_code(std::errc::permission_denied);
  EXPECT_EQ(cannot_listen("80", error).kind, Kind::listen);
  EXPECT_EQ(cannot_listen("80", error).error, error);
  EXPECT_EQ(cannot_listen("80", error).detail, "port 80");
  EXPECT_EQ(cannot_listen("[::1]:80", error).detail, "[::1]:80");
}

TEST(Dial, SaysThatNobodyListensThere) {
  auto listeners = test::value_of(listen_on("127.0.0.1:0"));
  const std::string address = listeners.front()->address();
  listeners.clear();
  const Failure failure = test::failure_of(Kind::connect, dial(address, kPatience));
  EXPECT_EQ(failure.error, std::errc::connection_refused);
  EXPECT_EQ(failure.detail, address);
}

TEST(Dial, SaysThatThereIsNoSuchName) {
  const Failure failure = test::failure_of(Kind::connect, dial(std::string(70, 'x') + ":1", kPatience));
  EXPECT_EQ(&failure.error.category(), &resolver_category());
}

TEST(Dial, OnlyToAnAddress) { test::failure_of(Kind::address, dial("localhost", kPatience)); }

}  // namespace
}  // namespace pawl::host::listener_test
