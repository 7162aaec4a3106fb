// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/net/passed_socket.hpp>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <variant>

#include "tests/unit/host/failures.hpp"

namespace pawl::host::passed_socket_test {
namespace {

using Listener = std::unique_ptr<StreamListener>;
using Port = std::unique_ptr<DatagramPort>;

/// A socket of the loopback interface, blocking and kept open by programs that are started, as it may come.
Descriptor bound(int type) {
  Descriptor made(::socket(AF_INET, type, 0));
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::bind(made.get(), reinterpret_cast<const sockaddr*>(&name), sizeof(name)), 0);
  return made;
}

TEST(PassedSocket, OfAStreamListens) {
  WayIn way = test::value_of(listen_on_socket(bound(SOCK_STREAM), "pawl.socket"));
  ASSERT_TRUE(std::holds_alternative<Listener>(way));
  const auto& listener = *std::get<Listener>(way);
  EXPECT_NE(listener.port(), 0);
  const int fd = listener.fd();
  EXPECT_NE(::fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_NE(::fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
  auto accepted = std::get<Listener>(way)->accept();
  ASSERT_TRUE(accepted.ok());
  EXPECT_FALSE(accepted.value());
}

TEST(PassedSocket, OfDatagramsIsAPort) {
  WayIn way = test::value_of(listen_on_socket(bound(SOCK_DGRAM), "pawl.socket"));
  ASSERT_TRUE(std::holds_alternative<Port>(way));
  EXPECT_EQ(std::get<Port>(way)->point().way, Way::udp);
  std::array<std::uint8_t, 8> buffer{};
  EXPECT_EQ(std::get<Port>(way)->transport().receive(buffer).value().size, 0U) << "it does not wait";
}

TEST(PassedSocket, OfAnotherKindIsRefused) {
  const Failure unix_stream =
      test::failure_of(Failure::Kind::socket, listen_on_socket(Descriptor(::socket(AF_UNIX, SOCK_STREAM, 0)), "a\nb"));
  EXPECT_EQ(unix_stream.error, std::errc::invalid_argument);
  EXPECT_EQ(unix_stream.detail, "a\\x0Ab");
  test::failure_of(Failure::Kind::socket, listen_on_socket(Descriptor(::socket(AF_UNIX, SOCK_DGRAM, 0)), "a"));
  test::failure_of(Failure::Kind::socket, listen_on_socket(Descriptor(::open("/dev/null", O_RDONLY)), "a"));
  test::failure_of(Failure::Kind::socket, listen_on_socket(Descriptor(), "a"));
}

}  // namespace
}  // namespace pawl::host::passed_socket_test
