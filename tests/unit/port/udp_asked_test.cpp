// SPDX-License-Identifier: Apache-2.0
/// A UDP server on several addresses answers from the one that was asked.
#include <gtest/gtest.h>

#include <pawl/port/posix/peer_address.hpp>
#include <pawl/port/posix/resolve.hpp>
#include <pawl/port/posix/socket.hpp>

#include "tests/unit/port/datagram.hpp"

namespace pawl::test::udp_asked_test {
namespace {

/// A client hears nobody but the address that it asks.
TEST(UdpAsked, AnswersFromTheAddressThatWasAsked) {
  for (const char* const all : {"", "0.0.0.0"}) {
    auto server = UdpServer::open(all, 0);
    ASSERT_TRUE(server.ok()) << server.error().message();
    std::vector<UdpClient> clients;
    for (const char* const host : {"127.0.0.1", "127.0.0.2", "127.0.0.3"}) {
      auto client = UdpClient::connect(host, server.value().port());
      ASSERT_TRUE(client.ok());
      ASSERT_TRUE(client.value().send(bytes_of(host), Address()).ok());
      clients.push_back(std::move(client.value()));
    }
    ASSERT_TRUE(wait_for(server.value().fd(), POLLIN));
    for (const char* const host : {"127.0.0.1", "127.0.0.2", "127.0.0.3"}) {
      Buffer buffer(kLongest);
      const auto got = server.value().receive(buffer);
      ASSERT_EQ(peer_address(got.value().from).text.substr(0, 10), "127.0.0.1:");
      ASSERT_TRUE(server.value().send(bytes_of(host), got.value().from).ok());
    }
    Buffer buffer(kLongest);
    EXPECT_EQ(server.value().receive(buffer).value().size, 0U);
    for (UdpClient& each : clients) EXPECT_FALSE(receive_from(each).bytes.empty());
  }
}

TEST(UdpAsked, WhoAsksAnotherAddressHasMoved) {
  auto server = UdpServer::open("", 0);
  ASSERT_TRUE(server.ok());
  auto client = UdpClient::connect("127.0.0.1", server.value().port());
  ASSERT_TRUE(client.ok());
  std::vector<Address> seen;
  for (const char* const host : {"127.0.0.1", "127.0.0.2", "127.0.0.1"}) {
    // The same socket of the client's, so that nothing else differs.
    SocketAddress to = socket_address_of(resolve(host, server.value().port()).value().front());
    ASSERT_EQ(::sendto(client.value().fd(), "x", 1, 0, to.get(), to.size), 1);
    seen.push_back(receive_from(server.value()).from);
  }
  EXPECT_FALSE(seen[0] == seen[1]);
  EXPECT_TRUE(seen[0] == seen[2]);
  EXPECT_TRUE(std::ranges::equal(seen[0].bytes(), seen[1].bytes())) << "for a cookie it is the same peer";
}

TEST(UdpAsked, AnswersFromWhereTheRoutesSayIfTheAddressSaysNothing) {
  for (const char* const all : {"", "0.0.0.0"}) {
    auto server = UdpServer::open(all, 0);
    ASSERT_TRUE(server.ok());
    auto client = UdpClient::connect("127.0.0.1", server.value().port());
    ASSERT_TRUE(client.ok());
    ASSERT_TRUE(client.value().send(bytes_of("x"), Address()).ok());
    ASSERT_TRUE(server.value().send(bytes_of("y"), Address(receive_from(server.value()).from.bytes())).ok());
    EXPECT_EQ(receive_from(client.value()).bytes, bytes_of("y"));
  }
}

/// More than an Address has numbers for.
TEST(UdpAsked, AnswersFromEachOfManyAddresses) {
  auto server = UdpServer::open("", 0);
  ASSERT_TRUE(server.ok());
  for (int i = 0; i < 600; ++i) {
    const std::string host = "127.0." + std::to_string(i % 300 / 100) + "." + std::to_string(i % 100 + 1);
    auto client = UdpClient::connect(host, server.value().port());
    ASSERT_TRUE(client.ok());
    ASSERT_TRUE(client.value().send(bytes_of("question"), Address()).ok());
    ASSERT_TRUE(server.value().send(bytes_of(host), receive_from(server.value()).from).ok());
    ASSERT_EQ(receive_from(client.value()).bytes, bytes_of(host));
  }
}

}  // namespace
}  // namespace pawl::test::udp_asked_test
