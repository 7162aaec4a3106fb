// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/port/posix/peer_address.hpp>
#include <pawl/port/posix/resolve.hpp>
#include <pawl/port/posix/socket.hpp>

#include "tests/unit/port/datagram.hpp"

namespace pawl::test::udp_test {
namespace {

/// A server's socket at the parameter's address.
class Udp : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    auto server = UdpServer::open(GetParam(), 0);
    if (!server.ok()) GTEST_SKIP() << GetParam() << ": " << server.error().message();
    server_.emplace(std::move(server.value()));
  }

  UdpServer& server() { return server_.value(); }
  void close_server() { server_.reset(); }
  UdpClient connect(const std::string& host = GetParam()) {
    auto client = UdpClient::connect(host, server().port());
    EXPECT_TRUE(client.ok()) << client.error().message();
    return std::move(client.value());
  }

 private:
  std::optional<UdpServer> server_;
};
INSTANTIATE_TEST_SUITE_P(, Udp, testing::Values("127.0.0.1", "::1"), loopback_name);

TEST_P(Udp, OneSocketServesAllClients) {
  UdpClient first = connect();
  UdpClient second = connect();
  ASSERT_TRUE(first.send(bytes_of("one"), Address()).ok());
  const Datagram one = receive_from(server());
  ASSERT_TRUE(second.send(bytes_of("two"), Address()).ok());
  const Datagram two = receive_from(server());
  EXPECT_EQ(one.bytes, bytes_of("one"));
  EXPECT_EQ(two.bytes, bytes_of("two"));
  EXPECT_FALSE(one.from == two.from);
  ASSERT_TRUE(server().send(bytes_of("to second"), two.from).ok());
  ASSERT_TRUE(server().send(bytes_of("to first"), one.from).ok());
  EXPECT_EQ(receive_from(first).bytes, bytes_of("to first"));
  const Datagram answer = receive_from(second);
  EXPECT_EQ(answer.bytes, bytes_of("to second"));
  EXPECT_TRUE(answer.from.bytes().empty());
}

TEST_P(Udp, NamesThePeer) {
  UdpClient client = connect();
  ASSERT_TRUE(client.send(bytes_of("x"), Address()).ok());
  const Address from = receive_from(server()).from;
  const bool v4 = GetParam() == std::string("127.0.0.1");
  EXPECT_EQ(from.bytes().size(), v4 ? 6U : 18U) << "PROTOCOL.md 13.2";
  const PeerAddress peer = peer_address(from);
  EXPECT_EQ(peer.text.substr(0, peer.text.rfind(':')), v4 ? "127.0.0.1" : "[::1]");
  const ByteArray<9> v4_prefix{4, 127, 0, 0};
  const ByteArray<9> v6_prefix{6};
  EXPECT_EQ(peer.prefix, v4 ? v4_prefix : v6_prefix);
}

TEST_P(Udp, NeverBlocks) {
  UdpClient client = connect();
  Buffer buffer(kLongest);
  EXPECT_EQ(server().receive(buffer).value().size, 0U);
  EXPECT_EQ(client.receive(buffer).value().size, 0U);
}

TEST_P(Udp, DropsAndCountsWhatIsTooLongOrEmpty) {
  UdpClient client = connect();
  ASSERT_TRUE(client.send(pattern(101), Address()).ok());
  EXPECT_TRUE(receive_from(server(), 100).bytes.empty());
  ASSERT_EQ(::send(client.fd(), "", 0, 0), 0);
  EXPECT_TRUE(receive_from(server(), 100).bytes.empty());
  ASSERT_TRUE(client.send(pattern(100), Address()).ok());
  EXPECT_EQ(receive_from(server(), 100).bytes, pattern(100)) << "and the next is whole";
  EXPECT_EQ(server().counters().dropped, 2U);
}

/// More than a batch has room for, with some that are dropped at its ends and between.
TEST_P(Udp, GivesInOrderWhatHasCome) {
  UdpClient client = connect();
  for (std::uint8_t i = 0; i < 40; ++i) {
    Buffer bytes = pattern(i % 15 == 0 ? 200 : 100);
    bytes[0] = i;
    ASSERT_TRUE(client.send(bytes, Address()).ok());
  }
  Buffer buffer(100);
  Buffer seen;
  while (seen.size() < 37 && wait_for(server().fd(), POLLIN)) {
    for (auto got = server().receive(buffer); got.ok() && got.value().size == 100; got = server().receive(buffer)) {
      seen.push_back(buffer[0]);
    }
  }
  Buffer sent;
  for (std::uint8_t i = 0; i < 40; ++i) {
    if (i % 15 != 0) sent.push_back(i);
  }
  EXPECT_EQ(seen, sent);
  EXPECT_EQ(server().counters().dropped, 3U);
  ASSERT_TRUE(client.send(bytes_of("later"), Address()).ok());
  EXPECT_EQ(receive_from(server()).bytes, bytes_of("later"));
}

/// More answers than leave in one call, to more datagrams than come in one.
TEST_P(Udp, AnswersOfABatchLeaveWithItsLast) {
  constexpr std::uint8_t kDatagrams = 20;
  UdpClient client = connect();
  for (std::uint8_t i = 0; i < kDatagrams; ++i) ASSERT_TRUE(client.send(Buffer{i}, Address()).ok());
  ASSERT_TRUE(wait_for(server().fd(), POLLIN));
  Buffer buffer(kLongest);
  Buffer wanted;
  for (std::uint8_t i = 0; i < kDatagrams; ++i) {
    const auto got = server().receive(buffer);
    ASSERT_EQ(got.value().size, 1U);
    for (const std::uint8_t answer : {i, static_cast<std::uint8_t>(i | 0x80)}) {
      ASSERT_TRUE(server().send(Buffer{answer}, got.value().from).ok());
      wanted.push_back(answer);
    }
    if (i > 0) continue;
    EXPECT_TRUE(server().sending());
    EXPECT_EQ(client.receive(buffer).value().size, 0U);
  }
  EXPECT_EQ(server().receive(buffer).value().size, 0U);
  EXPECT_FALSE(server().sending());
  Buffer seen;
  while (client.receive(buffer).value().size == 1) seen.push_back(buffer[0]);
  EXPECT_EQ(seen, wanted);
}

TEST_P(Udp, OfABatchOnlyWhatTheNetworkWillNotHaveIsLost) {
  UdpClient client = connect();
  for (const char* const text : {"first", "second", "third"}) ASSERT_TRUE(client.send(bytes_of(text), Address()).ok());
  ASSERT_TRUE(wait_for(server().fd(), POLLIN));
  Buffer buffer(kLongest);
  const auto next_from = [&] { return server().receive(buffer).value().from; };
  ASSERT_TRUE(server().send(bytes_of("to first"), next_from()).ok());
  const Address from = next_from();
  Buffer nowhere(from.bytes().begin(), from.bytes().end());
  nowhere.end()[-1] = nowhere.end()[-2] = 0;  // port 0
  ASSERT_TRUE(server().send(bytes_of("lost"), Address(nowhere)).ok());
  ASSERT_TRUE(server().send(bytes_of("to third"), next_from()).ok());
  EXPECT_EQ(server().receive(buffer).value().size, 0U);
  EXPECT_EQ(receive_from(client).bytes, bytes_of("to first"));
  EXPECT_EQ(receive_from(client).bytes, bytes_of("to third"));
}

TEST_P(Udp, SendsAllOrNothing) {
  UdpClient client = connect();
  const Buffer too_long(70'000);
  EXPECT_EQ(client.send(too_long, Address()).error(), Error::too_long);
  EXPECT_EQ(client.send({}, Address()).error(), Error::invalid_argument);
  ASSERT_TRUE(client.send(pattern(kLongest), Address()).ok());
  const Datagram got = receive_from(server());
  EXPECT_EQ(got.bytes, pattern(kLongest));
  EXPECT_EQ(server().send(too_long, got.from).error(), Error::too_long);
  EXPECT_EQ(server().send(pattern(1), Address()).error(), Error::invalid_argument) << "to nowhere";
}

TEST_P(Udp, AClientHearsItsServerOnly) {
  UdpClient client = connect();
  ASSERT_TRUE(client.send(bytes_of("x"), Address()).ok());
  const Address to = receive_from(server()).from;
  auto stranger = UdpServer::open(GetParam(), 0);
  ASSERT_TRUE(stranger.ok());
  ASSERT_TRUE(stranger.value().send(bytes_of("forged"), to).ok());
  ASSERT_TRUE(server().send(bytes_of("genuine"), to).ok());
  EXPECT_EQ(receive_from(client).bytes, bytes_of("genuine"));
}

TEST_P(Udp, NobodyThereIsALostDatagram) {
  UdpClient client = connect();
  close_server();
  Buffer buffer(kLongest);
  EXPECT_FALSE(client.refused());
  EXPECT_TRUE(client.send(bytes_of("x"), Address()).ok());
  ASSERT_TRUE(wait_for(client.fd(), POLLIN));
  EXPECT_EQ(client.receive(buffer).value().size, 0U);
  EXPECT_TRUE(client.refused());
  EXPECT_TRUE(client.send(bytes_of("x"), Address()).ok());
}

TEST_P(Udp, APeerThatIsGoneDoesNotHarmTheServer) {
  std::optional<UdpClient> gone(connect());
  ASSERT_TRUE(gone->send(bytes_of("x"), Address()).ok());
  const Address to = receive_from(server()).from;
  gone.reset();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(server().send(bytes_of("anybody?"), to).ok());
  UdpClient client = connect();
  ASSERT_TRUE(client.send(bytes_of("here"), Address()).ok());
  EXPECT_EQ(receive_from(server()).bytes, bytes_of("here"));
}

TEST_P(Udp, PortInUseIsToldFromOtherErrors) {
  auto second = UdpServer::open(GetParam(), server().port());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error(), std::errc::address_in_use);
}

TEST_P(Udp, ClosedGivesConnectionLost) {
  UdpClient client = connect();
  client.close();
  server().close();
  Buffer buffer(kLongest);
  EXPECT_EQ(client.receive(buffer).error(), Error::connection_lost);
  EXPECT_EQ(client.send(bytes_of("x"), Address()).error(), Error::connection_lost);
  EXPECT_EQ(server().receive(buffer).error(), Error::connection_lost);
  EXPECT_EQ(server().send(bytes_of("x"), Address(ByteArray<6>{})).error(), Error::connection_lost);
}

TEST_P(Udp, TriesTheNextAddressIfNobodyListens) {
  auto nobody = UdpServer::open(GetParam(), 0);
  ASSERT_TRUE(nobody.ok());
  const std::vector addresses{resolve(GetParam(), nobody.value().port()).value().front(),
                              resolve(GetParam(), server().port()).value().front()};
  nobody.value().close();
  auto client = UdpClient::connect(addresses);
  ASSERT_TRUE(client.ok());
  Buffer buffer(kLongest);
  ASSERT_TRUE(client.value().send(bytes_of("hello"), Address()).ok());
  ASSERT_TRUE(wait_for(client.value().fd(), POLLIN));
  EXPECT_EQ(client.value().receive(buffer).value().size, 0U);
  EXPECT_TRUE(client.value().refused());

  ASSERT_TRUE(client.value().send(bytes_of("hello"), Address()).ok());
  const Datagram got = receive_from(server());
  EXPECT_EQ(got.bytes, bytes_of("hello"));
  ASSERT_TRUE(server().send(bytes_of("answer"), got.from).ok());
  EXPECT_EQ(receive_from(client.value()).bytes, bytes_of("answer"));
  EXPECT_FALSE(client.value().refused());
}

TEST(UdpServer, WithoutAddressServesBothFamilies) {
  auto server = UdpServer::open("", 0);
  ASSERT_TRUE(server.ok()) << server.error().message();
  ASSERT_GT(server.value().port(), 0);
  for (const char* const host : {"127.0.0.1", "::1"}) {
    if (!host_has(host)) continue;
    auto client = UdpClient::connect(host, server.value().port());
    ASSERT_TRUE(client.ok());
    ASSERT_TRUE(client.value().send(bytes_of("hello"), Address()).ok());
    const Datagram got = receive_from(server.value());
    const PeerAddress peer = peer_address(got.from);
    EXPECT_EQ(peer.text.substr(0, peer.text.rfind(':')), host == std::string("::1") ? "[::1]" : host);
    ASSERT_TRUE(server.value().send(bytes_of("answer"), got.from).ok());
    EXPECT_EQ(receive_from(client.value()).bytes, bytes_of("answer"));
  }
}

TEST(UdpClient, UnknownNamesAreAnErrorOfTheResolver) {
  const auto client = UdpClient::connect("no.such.host.invalid", 1);
  ASSERT_FALSE(client.ok());
}

TEST(PeerAddress, KeepsTheLinkOfALinkLocalAddress) {
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(7295);
  v6.sin6_addr.s6_addr[0] = 0xfe;
  v6.sin6_addr.s6_addr[1] = 0x80;
  v6.sin6_addr.s6_addr[15] = 7;
  v6.sin6_scope_id = 3;
  SocketAddress address;
  address.size = sizeof(v6);
  std::memcpy(&address.storage, &v6, sizeof(v6));
  const auto back = socket_address_of(address_of(address), true);
  ASSERT_TRUE(back);
  const auto back_v6 = back->as<sockaddr_in6>();
  EXPECT_EQ(std::memcmp(&back_v6.sin6_addr, &v6.sin6_addr, sizeof(in6_addr)), 0);
  EXPECT_EQ(back_v6.sin6_scope_id, 3U);
  v6.sin6_scope_id = 4;
  std::memcpy(&address.storage, &v6, sizeof(v6));
  EXPECT_FALSE(address_of(address) == address_of(*back)) << "the same on another link is another peer";
}

TEST(PeerAddress, OfALine) { EXPECT_EQ(peer_address(Address()).text, "the line"); }

}  // namespace
}  // namespace pawl::test::udp_test
