// SPDX-License-Identifier: Apache-2.0
/// Connecting to a host with several addresses, some of which do not answer. The bounds of time are wide: what they
/// tell apart is waiting for some addresses and waiting for none.
#include <gtest/gtest.h>

#include <filesystem>

#include <pawl/port/posix/clock.hpp>
#include <pawl/port/posix/socket.hpp>
#include <pawl/port/posix/tcp.hpp>

#include "tests/unit/port/loopback.hpp"

namespace pawl::test::tcp_connect_test {
namespace {

constexpr Duration kLong = seconds(20);
/// Far less than a part of kLong, far more than what is at once.
constexpr std::uint64_t kSoon = 2000;

/// A listener that accepts nothing and whose queue is full, so that further connections wait.
class Silent {
 public:
  explicit Silent(const std::string& host)
      : socket_(std::move(bind_to(host, 0, SOCK_STREAM).value())),
        address_(address_of(bound_address(socket_).value())) {
    EXPECT_EQ(::listen(socket_.get(), 0), 0);
    while (queue_.size() < 10) {
      auto connected = tcp_connect({address_}, milliseconds(50));
      if (!connected.ok()) return;
      queue_.push_back(std::move(connected.value()));
    }
    ADD_FAILURE() << "the queue never fills up";
  }
  [[nodiscard]] const Address& address() const { return address_; }

 private:
  Descriptor socket_;
  Address address_;
  std::vector<Descriptor> queue_;
};

/// Where nobody listens.
Address closed_address() {
  auto listener = TcpListener::open("127.0.0.1", 0);
  return resolve("127.0.0.1", listener.value().port()).value().front();
}

class TcpConnect : public testing::Test {
 protected:
  TcpConnect() : listener_(std::move(TcpListener::open("127.0.0.1", 0).value())) {}

  Address address() { return resolve("127.0.0.1", listener_.port()).value().front(); }
  /// How many milliseconds it takes to connect there.
  std::uint64_t connect(const std::vector<Address>& addresses) {
    MonotonicClock clock;
    const Instant begin = clock.now();
    const auto connected = tcp_connect(addresses, kLong);
    const Duration taken = clock.now() - begin;
    EXPECT_TRUE(connected.ok()) << connected.error().message();
    EXPECT_TRUE(wait_for(listener_.fd(), POLLIN));
    EXPECT_TRUE(listener_.accept().value());
    return taken.ms;
  }

 private:
  TcpListener listener_;
};

TEST_F(TcpConnect, SaysWhenANameIsUnknown) {
  const auto connected = tcp_connect(std::string(70, 'x'), 1, seconds(5));
  ASSERT_FALSE(connected.ok());
  EXPECT_EQ(&connected.error().category(), &resolver_category());
}

TEST_F(TcpConnect, GivesUpWhenNobodyAnswersInTime) {
  const Silent silent("127.0.0.2");
  EXPECT_EQ(tcp_connect({silent.address()}, milliseconds(50)).error(), std::errc::timed_out);
  EXPECT_EQ(tcp_connect({silent.address(), silent.address()}, milliseconds(300)).error(), std::errc::timed_out);
}

TEST_F(TcpConnect, TriesTheNextAddressBesideOneThatIsSilent) {
  const Silent one("127.0.0.2");
  const Silent other("127.0.0.3");
  const std::uint64_t taken = connect({one.address(), other.address(), address()});
  EXPECT_GE(taken, 500U) << "each is given a quarter of a second";
  EXPECT_LT(taken, kSoon);
}

TEST_F(TcpConnect, TriesTheNextAtOnceWhenOneHasFailed) {
  std::vector<Address> addresses(20, closed_address());
  addresses.push_back(address());
  EXPECT_LT(connect(addresses), kSoon) << "and not 5 s";
}

TEST_F(TcpConnect, TakesTheFamiliesByTurns) {
  if (!host_has("::1")) GTEST_SKIP() << "no IPv6";
  const Silent silent("::1");
  std::vector<Address> addresses(20, silent.address());
  addresses.push_back(address());
  EXPECT_LT(connect(addresses), kSoon) << "and not 5 s";
}

TEST_F(TcpConnect, OfSeveralErrorsTheFirstAddressesIsTold) {
  const Silent silent("127.0.0.2");
  EXPECT_EQ(tcp_connect({closed_address(), silent.address()}, milliseconds(50)).error(), std::errc::connection_refused);
  EXPECT_EQ(tcp_connect({silent.address(), closed_address()}, milliseconds(500)).error(), std::errc::timed_out);
}

TEST_F(TcpConnect, EndsTheAttemptsThatDidNotWin) {
  const Silent silent("127.0.0.2");
  const auto open = [] {
    std::filesystem::directory_iterator begin("/proc/self/fd");
    return std::distance(begin, {});
  };
  const auto before = open();
  connect({silent.address(), address()});
  EXPECT_EQ(open(), before);
}

}  // namespace
}  // namespace pawl::test::tcp_connect_test
