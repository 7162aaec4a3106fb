// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <pawl/port/posix/tcp.hpp>

#include "tests/unit/port/loopback.hpp"

namespace pawl::test::tcp_test {
namespace {

using Tcp = OverLoopback;
INSTANTIATE_TEST_SUITE_P(, Tcp, testing::Values("127.0.0.1", "::1"), loopback_name);

TEST_P(Tcp, CarriesBytesBothWays) {
  connect();
  Buffer buffer(100);
  EXPECT_EQ(client().read(buffer).value(), 0U);
  EXPECT_EQ(client().write(bytes_of("question")).value(), 8U);
  EXPECT_EQ(read_some(server()), bytes_of("question"));
  EXPECT_EQ(server().write(bytes_of("answer")).value(), 6U);
  EXPECT_EQ(read_some(client()), bytes_of("answer"));
}

TEST_P(Tcp, SaysOnceThatItHasTakenAll) {
  connect();
  ByteArray<4> buffer{};
  ASSERT_TRUE(client().write(bytes_of("seven b")).ok());
  ASSERT_TRUE(wait_for(server().fd(), POLLIN));
  EXPECT_EQ(server().read(buffer).value(), 4U);
  EXPECT_EQ(server().read(buffer).value(), 3U) << "a full buffer is no sign";
  ASSERT_TRUE(client().write(bytes_of("more")).ok());
  client().shutdown();
  ASSERT_TRUE(wait_for(server().fd(), POLLIN));
  EXPECT_EQ(server().read(buffer).value(), 0U);
  EXPECT_EQ(server().read(buffer).value(), 4U);
  EXPECT_EQ(server().read(buffer).error(), Error::connection_lost);
}

TEST_P(Tcp, ShutdownEndsOneDirectionAfterWhatWasWritten) {
  connect();
  ASSERT_TRUE(client().write(bytes_of("last")).ok());
  client().shutdown();
  EXPECT_EQ(client().write(bytes_of("more")).error(), Error::connection_lost);
  EXPECT_EQ(read_some(server()), bytes_of("last"));
  EXPECT_EQ(read_end(server()), Error::connection_lost);
  ASSERT_TRUE(server().write(bytes_of("answer")).ok());
  EXPECT_EQ(read_some(client()), bytes_of("answer"));
}

TEST_P(Tcp, ClosedTransportGivesConnectionLost) {
  connect();
  client().close();
  client().close();
  client().shutdown();
  EXPECT_EQ(client().fd(), -1);
  Buffer buffer(1);
  EXPECT_EQ(client().read(buffer).error(), Error::connection_lost);
  EXPECT_EQ(client().write(buffer).error(), Error::connection_lost);
}

TEST_P(Tcp, WritingToAPeerThatIsGoneIsConnectionLostAndNoSignal) {
  connect();
  ASSERT_TRUE(client().write(bytes_of("goodbye")).ok());
  ASSERT_TRUE(wait_for(server().fd(), POLLIN));
  client().close();
  // The first write may still go out; the answer to it is a reset.
  Result<std::size_t> written = server().write(bytes_of("anybody?"));
  for (int i = 0; i < 100 && written.ok(); ++i) {
    ASSERT_TRUE(wait_for(server().fd(), POLLHUP));
    written = server().write(bytes_of("anybody?"));
  }
  EXPECT_EQ(written.error(), Error::connection_lost);
}

TEST_P(Tcp, FullConnectionTakesNothingUntilItIsRead) {
  connect();
  const Buffer piece = pattern(65536);
  std::size_t sent = 0;
  for (auto put = client().write(piece); put.value() > 0;
       put = client().write(Bytes(piece).subspan(sent % piece.size()))) {
    sent += put.value();
    ASSERT_LT(sent, 100U << 20U);
  }
  client().shutdown();
  std::size_t received = 0;
  Buffer buffer(65536);
  for (auto got = read_now(server(), buffer); got.ok(); got = read_now(server(), buffer)) {
    for (std::size_t i = 0; i < got.value(); ++i) ASSERT_EQ(buffer[i], piece[(received + i) % piece.size()]);
    received += got.value();
  }
  EXPECT_EQ(received, sent);
}

TEST_P(Tcp, SendsSmallWritesAtOnce) {
  connect();
  int no_delay = 0;
  socklen_t size = sizeof(no_delay);
  ASSERT_EQ(::getsockopt(client().fd(), IPPROTO_TCP, TCP_NODELAY, &no_delay, &size), 0);
  EXPECT_NE(no_delay, 0);
}

TEST_P(Tcp, NamesThePeer) {
  const PeerAddress peer = connect();
  const std::string host = GetParam() == std::string("::1") ? "[::1]:" : "127.0.0.1:";
  EXPECT_EQ(peer.text.substr(0, host.size()), host);
  EXPECT_GT(std::stoi(peer.text.substr(host.size())), 0);
  const ByteArray<9> v4{4, 127, 0, 0};
  const ByteArray<9> v6{6};
  EXPECT_EQ(peer.prefix, GetParam() == std::string("::1") ? v6 : v4);
}

TEST_P(Tcp, PortInUseIsToldFromOtherErrors) {
  auto second = TcpListener::open(GetParam(), listener().port());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error(), std::errc::address_in_use);
  EXPECT_FALSE(second.error().message().empty());
}

TEST_P(Tcp, PortOfAServerThatEndedIsFreeAtOnce) {
  connect();
  const std::uint16_t port = listener().port();
  // The side that closes first keeps the port busy for a while.
  server().close();
  client().close();
  close_listener();
  auto again = TcpListener::open(GetParam(), port);
  ASSERT_TRUE(again.ok()) << again.error().message();
  EXPECT_EQ(again.value().port(), port);
}

TEST_P(Tcp, NobodyListening) {
  const std::uint16_t port = listener().port();
  close_listener();
  const auto refused = tcp_connect(GetParam(), port, seconds(5));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error(), std::errc::connection_refused);
}

TEST_P(Tcp, NothingToAccept) {
  auto none = listener().accept();
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(none.value().has_value());
}

TEST_P(Tcp, NoDescriptorLeftIsToldFromNothingToAccept) {
  auto waiting = tcp_connect(GetParam(), listener().port(), seconds(5));
  ASSERT_TRUE(waiting.ok());
  ASSERT_TRUE(wait_for(listener().fd(), POLLIN));
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit none = before;
  none.rlim_cur = 0;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto refused = listener().accept();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_FALSE(refused.ok());
  EXPECT_EQ(refused.error(), std::errc::too_many_files_open);

  auto accepted = listener().accept();
  ASSERT_TRUE(accepted.ok());
  EXPECT_TRUE(accepted.value().has_value());
}

TEST(TcpListener, WithoutAddressServesBothFamilies) {
  auto listener = TcpListener::open("", 0);
  ASSERT_TRUE(listener.ok()) << listener.error().message();
  ASSERT_GT(listener.value().port(), 0);
  for (const char* const address : {"127.0.0.1", "::1"}) {
    if (!host_has(address)) continue;
    const auto client = tcp_connect(address, listener.value().port(), seconds(5));
    ASSERT_TRUE(client.ok()) << address << ": " << client.error().message();
    ASSERT_TRUE(wait_for(listener.value().fd(), POLLIN));
    auto accepted = listener.value().accept();
    ASSERT_TRUE(accepted.ok() && accepted.value());
    const PeerAddress& peer = accepted.value()->peer;
    // An IPv4 peer looks the same whatever kind of socket it came in by.
    const bool v4 = address == std::string("127.0.0.1");
    EXPECT_EQ(peer.text.substr(0, peer.text.rfind(':')), v4 ? "127.0.0.1" : "[::1]");
    EXPECT_EQ(peer.prefix[0], v4 ? 4 : 6);
  }
}

TEST(TcpListener, TakesAName) {
  auto listener = TcpListener::open("localhost", 0);
  ASSERT_TRUE(listener.ok()) << listener.error().message();
  EXPECT_TRUE(tcp_connect("localhost", listener.value().port(), seconds(5)).ok());
}

TEST(TcpListener, RefusesAnAddressOfAnotherMachine) {
  // TEST-NET-1 of RFC 5737, which no machine has.
  const auto listener = TcpListener::open("192.0.2.1", 0);
  ASSERT_FALSE(listener.ok());
  EXPECT_EQ(listener.error(), std::errc::address_not_available);
}

/// No name has a label of more than 63 characters, so nobody is asked for it.
const std::string kNoName(70, 'x');

TEST(TcpListener, SaysWhenANameIsUnknown) {
  const auto listener = TcpListener::open(kNoName, 0);
  ASSERT_FALSE(listener.ok());
  EXPECT_EQ(&listener.error().category(), &resolver_category());
  EXPECT_FALSE(listener.error().message().empty());
}

}  // namespace
}  // namespace pawl::test::tcp_test
