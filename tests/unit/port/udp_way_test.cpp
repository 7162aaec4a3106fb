// SPDX-License-Identifier: Apache-2.0
/// A UDP client finds its way: to another address of the server's, and from another address of its own.
#include <gtest/gtest.h>

#include <pawl/port/posix/peer_address.hpp>
#include <pawl/port/posix/resolve.hpp>
#include <pawl/port/posix/socket.hpp>
#include <pawl/port/posix/udp.hpp>

#include "tests/unit/port/loopback.hpp"
#include "tests/unit/port/own_network.hpp"

namespace pawl::test::udp_way_test {
namespace {

UdpServer open_server(const std::string& address) {
  auto server = UdpServer::open(address, 0);
  EXPECT_TRUE(server.ok()) << server.error().message();
  return std::move(server.value());
}

UdpClient connect(std::vector<Address> addresses) {
  auto client = UdpClient::connect(std::move(addresses));
  EXPECT_TRUE(client.ok()) << client.error().message();
  return std::move(client.value());
}

Address address_at(const std::string& host, const UdpServer& server) {
  return resolve(host, server.port()).value().front();
}

void send(UdpClient& client) { ASSERT_TRUE(client.send(bytes_of("x"), Address()).ok()); }

/// The datagrams that have come: loopback delivers at once.
std::vector<Address> take_all(UdpServer& server) {
  std::vector<Address> from;
  Buffer buffer(100);
  for (auto got = server.receive(buffer); got.value().size > 0; got = server.receive(buffer)) {
    from.push_back(got.value().from);
  }
  return from;
}

std::string host_of(const Address& address) {
  const std::string text = peer_address(address).text;
  return text.substr(0, text.rfind(':'));
}

/// Where the next datagram of the client's comes from; the server answers it only if `answers`.
std::string ask(UdpClient& client, UdpServer& server, bool answers) {
  send(client);
  const std::vector<Address> from = take_all(server);
  if (from.size() != 1) return std::to_string(from.size()) + " datagrams";
  if (!answers) return host_of(from[0]);
  Buffer buffer(100);
  EXPECT_TRUE(server.send(bytes_of("answer"), from[0]).ok());
  EXPECT_EQ(client.receive(buffer).value().size, 6U) << "from " << host_of(from[0]);
  return host_of(from[0]);
}

/// Gives the client's socket a local address that the routes would not choose, as if they had changed.
void move_source(const UdpClient& client, const std::string& source, const Address& server) {
  sockaddr nowhere{};
  nowhere.sa_family = AF_UNSPEC;
  SocketAddress from = socket_address_of(resolve(source, 0).value().front());
  SocketAddress to = socket_address_of(server);
  ASSERT_EQ(::connect(client.fd(), &nowhere, sizeof(nowhere)), 0);
  ASSERT_EQ(::bind(client.fd(), from.get(), from.size), 0);
  ASSERT_EQ(::connect(client.fd(), to.get(), to.size), 0);
}

TEST(UdpWay, AServersAddressThatIsSilentIsFollowedByTheNext) {
  UdpServer silent = open_server("127.0.0.1");
  UdpServer server = open_server("127.0.0.2");
  UdpClient client = connect({address_at("127.0.0.1", silent), address_at("127.0.0.2", server)});
  EXPECT_EQ(client.fd_changes(), 1U) << "the first of all";
  for (int i = 0; i < 10; ++i) send(client);
  EXPECT_EQ(take_all(silent).size(), 6U) << "and that by the first again";
  EXPECT_EQ(take_all(server).size(), 4U);
  EXPECT_EQ(client.fd_changes(), 5U);
}

TEST(UdpWay, AServersAddressThatAnsweredStays) {
  UdpServer other = open_server("127.0.0.1");
  UdpServer server = open_server("127.0.0.2");
  UdpClient client = connect({address_at("127.0.0.2", server), address_at("127.0.0.1", other)});
  EXPECT_EQ(ask(client, server, true), "127.0.0.1");
  for (int i = 0; i < 10; ++i) send(client);
  EXPECT_EQ(take_all(server).size(), 10U);
  EXPECT_EQ(take_all(other).size(), 0U);
}

TEST(UdpWay, AServersAddressWithoutAWayIsFollowedByTheNext) {
  UdpServer server = open_server("127.0.0.1");
  // No socket may send there without asking to, and nothing leaves the machine.
  UdpClient client = connect({resolve("255.255.255.255", 1).value().front(), address_at("127.0.0.1", server)});
  send(client);
  EXPECT_EQ(take_all(server).size(), 1U);
}

/// A server sees another port as a move.
TEST(UdpWay, SilenceAloneChangesNothing) {
  UdpServer server = open_server("127.0.0.1");
  UdpClient client = connect({address_at("127.0.0.1", server)});
  for (int i = 0; i < 10; ++i) send(client);
  const std::vector<Address> from = take_all(server);
  ASSERT_EQ(from.size(), 10U);
  for (const Address& each : from) EXPECT_TRUE(each == from[0]);
  EXPECT_EQ(client.fd_changes(), 1U);
}

TEST(UdpWay, AfterSilenceTheClientSendsFromWhereTheRoutesSay) {
  UdpServer server = open_server("127.0.0.1");
  const Address to = address_at("127.0.0.1", server);
  UdpClient client = connect({to});
  EXPECT_EQ(ask(client, server, true), "127.0.0.1");
  move_source(client, "127.0.0.9", to);
  EXPECT_EQ(ask(client, server, true), "127.0.0.9") << "while it is heard, that is good";
  EXPECT_EQ(ask(client, server, false), "127.0.0.9");
  EXPECT_EQ(ask(client, server, false), "127.0.0.9");
  EXPECT_EQ(ask(client, server, true), "127.0.0.1");
}

TEST(UdpWay, WhatCannotLeaveLeavesAtOnceFromWhereTheRoutesSay) {
  UdpServer server = open_server("127.0.0.1");
  const Address to = address_at("127.0.0.1", server);
  UdpClient client = connect({to});
  move_source(client, "127.0.0.9", to);
  // From now on the socket refuses to send, as it does when its address is gone.
  ASSERT_EQ(::shutdown(client.fd(), SHUT_WR), 0);
  EXPECT_EQ(ask(client, server, true), "127.0.0.1");
}

/// A machine with the addresses 10.0.0.1 and fd00::1; a server is at all those of 10.1.0.0/24 and fd01::/64.
void build_network() {
  ASSERT_TRUE(ip("addr add 10.0.0.1/32 dev lo"));
  ASSERT_TRUE(ip("route add local 10.1.0.0/24 dev lo src 10.0.0.1"));
  ASSERT_TRUE(ip("-6 addr add fd00::1/128 dev lo nodad"));
  ASSERT_TRUE(ip("-6 route add local fd01::/64 dev lo src fd00::1"));
}

void move_v4() {
  ASSERT_TRUE(ip("addr add 10.0.0.2/32 dev lo"));
  ASSERT_TRUE(ip("route replace local 10.1.0.0/24 dev lo src 10.0.0.2"));
  ASSERT_TRUE(ip("addr del 10.0.0.1/32 dev lo"));
}

void move_v6() {
  ASSERT_TRUE(ip("-6 addr add fd00::2/128 dev lo nodad"));
  ASSERT_TRUE(ip("-6 route replace local fd01::/64 dev lo src fd00::2"));
  ASSERT_TRUE(ip("-6 addr del fd00::1/128 dev lo"));
}

TEST(UdpWay, GoesOnWithTheNextAddressOfThisMachine) {
  in_own_network([] {
    build_network();
    UdpServer server = open_server("");
    UdpClient client = connect({address_at("10.1.0.7", server)});
    EXPECT_EQ(ask(client, server, true), "10.0.0.1");
    move_v4();
    EXPECT_EQ(ask(client, server, true), "10.0.0.2");
  });
}

/// IPv6 lets a socket go on sending from an address that is gone. The server does not answer here: it has routes to its
/// addresses only, which IPv6 does not send from.
TEST(UdpWay, GoesOnWithTheNextAddressOfThisMachineOverV6) {
  in_own_network([] {
    build_network();
    UdpServer server = open_server("");
    UdpClient client = connect({address_at("fd01::7", server)});
    EXPECT_EQ(ask(client, server, false), "[fd00::1]");
    move_v6();
    EXPECT_EQ(ask(client, server, false), "[fd00::1]");
    EXPECT_EQ(ask(client, server, false), "[fd00::2]");
  });
}

TEST(UdpWay, GoesOnWhenTheNetworkIsBack) {
  in_own_network([] {
    build_network();
    UdpServer server = open_server("");
    UdpClient client = connect({address_at("10.1.0.7", server)});
    EXPECT_EQ(ask(client, server, true), "10.0.0.1");
    ASSERT_TRUE(ip("route del local 10.1.0.0/24 dev lo"));
    ASSERT_TRUE(ip("addr del 10.0.0.1/32 dev lo"));
    for (int i = 0; i < 5; ++i) EXPECT_EQ(ask(client, server, false), "0 datagrams") << "and that is no error";
    ASSERT_TRUE(ip("addr add 10.0.0.3/32 dev lo"));
    ASSERT_TRUE(ip("route add local 10.1.0.0/24 dev lo src 10.0.0.3"));
    EXPECT_EQ(ask(client, server, true), "10.0.0.3");
  });
}

}  // namespace
}  // namespace pawl::test::udp_way_test
