// SPDX-License-Identifier: Apache-2.0
/// Servers on all addresses of a name.
#include <gtest/gtest.h>

#include <set>

#include <pawl/port/posix/tcp.hpp>
#include <pawl/port/posix/udp.hpp>

#include "tests/unit/port/loopback.hpp"
#include "tests/unit/port/own_network.hpp"

namespace pawl::test::listen_test {
namespace {

/// What TCP and UDP have in common here.
template <class Socket>
class Listen : public testing::Test {
 protected:
  static std::vector<Socket> open_each(const std::string& host, std::uint16_t port = 0) {
    auto all = Socket::open_each(host, port);
    EXPECT_TRUE(all.ok()) << all.error().message();
    return all.ok() ? std::move(all.value()) : std::vector<Socket>();
  }
};
using Sockets = testing::Types<TcpListener, UdpServer>;
TYPED_TEST_SUITE(Listen, Sockets, );

TYPED_TEST(Listen, SaysOnWhat) {
  for (const char* const host : {"127.0.0.1", "::1", ""}) {
    if (!host_has(host)) continue;
    auto socket = TypeParam::open(host, 0);
    ASSERT_TRUE(socket.ok());
    const std::string name = host[0] == 0 ? "::" : host;
    const std::string text = name[0] == ':' ? "[" + name + "]" : name;
    EXPECT_EQ(socket.value().address(), text + ":" + std::to_string(socket.value().port()));
  }
}

TYPED_TEST(Listen, OnEachAddressThatANameHasHereAtOnePort) {
  in_own_network([] {
    // Of which one is there twice, and one is of another machine.
    use_hosts("127.0.0.1 server\n::1 server\n127.0.0.2 server\n127.0.0.2 server\n192.0.2.1 server\n");
    auto all = TestFixture::open_each("server");
    ASSERT_FALSE(all.empty());
    const std::string port = ":" + std::to_string(all.front().port());
    std::multiset<std::string> addresses;
    for (const TypeParam& each : all) addresses.insert(each.address());
    std::multiset<std::string> wanted{"127.0.0.1" + port, "127.0.0.2" + port};
    if (host_has("::1")) wanted.insert("[::1]" + port);
    EXPECT_EQ(addresses, wanted);
  });
}

/// The system takes a port that is free at the first address, and may not be at the second.
TYPED_TEST(Listen, AFreePortIsFreeAtAllAddresses) {
  in_own_network([] {
    use_hosts("127.0.0.1 server\n127.0.0.2 server\n");
    std::ofstream("/proc/sys/net/ipv4/ip_local_port_range") << "40000 40015";
    // Odd, which is what Linux takes first for TCP.
    const auto other = TypeParam::open("127.0.0.2", 40001);
    ASSERT_TRUE(other.ok());
    for (int i = 0; i < 20; ++i) EXPECT_EQ(TestFixture::open_each("server").size(), 2U);
  });
}

TYPED_TEST(Listen, AnEmptyHostIsOneSocketOnAllAddresses) {
  EXPECT_EQ(TestFixture::open_each("").size(), 1U);
  EXPECT_EQ(TestFixture::open_each("127.0.0.1").size(), 1U);
}

TYPED_TEST(Listen, NotAtAllIfOneAddressIsInUse) {
  const auto all = TestFixture::open_each("localhost");
  const auto second = TypeParam::open_each("localhost", all.front().port());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error(), std::errc::address_in_use);
}

TYPED_TEST(Listen, ReportsANameThatIsNotOfThisMachineOrUnknown) {
  EXPECT_EQ(TypeParam::open_each("192.0.2.1", 0).error(), std::errc::address_not_available);
  EXPECT_EQ(&TypeParam::open_each(std::string(70, 'x'), 0).error().category(), &resolver_category());
}

}  // namespace
}  // namespace pawl::test::listen_test
