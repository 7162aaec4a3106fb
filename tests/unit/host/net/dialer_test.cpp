// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/net/dialer.hpp>

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <optional>
#include <vector>

#include <pawl/port/posix/resolve.hpp>
#include <pawl/port/posix/tcp.hpp>

#include "tests/unit/host/world.hpp"

namespace pawl::host::dialer_test {
namespace {

/// Real connections on the loopback interface, which need no time.
class DialerTest : public test::World {
 protected:
  void dial(const std::vector<Address>& addresses) {
    dialer_.emplace(loop_, addresses, [this](PosixResult<Descriptor> socket) {
      ++calls_;
      connected_ = socket.ok();
      error_ = socket.error();
      dialer_.reset();
    });
  }
  static Address at(std::uint16_t port) { return resolve("127.0.0.1", port).value().front(); }
  /// Nobody listens there.
  static Address nowhere() { return at(TcpListener::open("127.0.0.1", 0).value().port()); }
  /// The kernel tells in its own time.
  void await_call() {
    for (int i = 0; calls_ == 0 && i < 1'000'000; ++i) settle();
  }

  TcpListener listener_ = std::move(TcpListener::open("127.0.0.1", 0).value());
  std::optional<Dialer> dialer_;
  int calls_ = 0;
  bool connected_ = false;
  std::error_code error_;
};

TEST_F(DialerTest, Connects) {
  dial({at(listener_.port())});
  await_call();
  EXPECT_TRUE(connected_);
  EXPECT_TRUE(listener_.accept().value().has_value());
}

TEST_F(DialerTest, TriesTheNextAddress) {
  dial({nowhere(), nowhere(), at(listener_.port())});
  await_call();
  EXPECT_TRUE(connected_);
}

TEST_F(DialerTest, SaysWhyThereIsNoConnection) {
  dial({nowhere()});
  EXPECT_EQ(calls_, 0) << "the outcome is told from the loop";
  await_call();
  EXPECT_FALSE(connected_);
  EXPECT_EQ(error_, std::errc::connection_refused);
  settle();
  EXPECT_EQ(calls_, 1);
}

/// A full queue of connections that nobody accepts is like an address that does not answer.
TEST_F(DialerTest, GoesOnWithoutAnAddressThatDoesNotAnswer) {
  TcpListener silent = std::move(TcpListener::open("127.0.0.1", 0).value());
  ASSERT_EQ(::listen(silent.fd(), 0), 0);
  std::vector<Descriptor> queue;
  for (int i = 0; i < 4; ++i) queue.push_back(std::move(tcp_begin_connect(at(silent.port())).value()));
  dial({at(silent.port()), at(listener_.port())});
  settle();
  ASSERT_EQ(calls_, 0);
  clock_.advance(Dialer::kPatience);
  await_call();
  EXPECT_TRUE(connected_);
}

TEST_F(DialerTest, MayEndBeforeItHasConnected) {
  dial({at(listener_.port())});
  dialer_.reset();
  settle();
  EXPECT_EQ(calls_, 0);
}

}  // namespace
}  // namespace pawl::host::dialer_test
