// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/net/datagram_port.hpp>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <pawl/host/base/text.hpp>
#include <pawl/port/posix/resolve.hpp>
#include <pawl/port/sim/manual_clock.hpp>

#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::host::datagram_port_test {
namespace {

using Kind = Failure::Kind;

bool wait_for(int fd, decltype(pollfd::events) events) {
  pollfd wanted{fd, events, 0};
  return ::poll(&wanted, 1, 5000) == 1;
}

/// What comes to `port` next, as text.
std::string receive(DatagramPort& port) {
  ByteArray<kLongestUdp> buffer{};
  EXPECT_TRUE(wait_for(port.fd(), POLLIN));
  const auto got = port.transport().receive(buffer);
  EXPECT_TRUE(got.ok());
  return {buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(got.value().size)};
}

// UDP.

/// A server's port on 127.0.0.1.
class UdpPorts : public testing::Test {
 protected:
  UdpPorts() : servers_(test::value_of(listen_for_datagrams("127.0.0.1:0"))) {}

  DatagramPort& server() { return *servers_.front(); }
  [[nodiscard]] std::string address() { return server().point().address; }

  std::vector<std::unique_ptr<DatagramPort>> servers_;
};

TEST_F(UdpPorts, SayWhatTheyAre) {
  ASSERT_EQ(servers_.size(), 1U);
  EXPECT_EQ(server().point().way, Way::udp);
  EXPECT_NE(server().point().port, 0);
  EXPECT_EQ(address(), "127.0.0.1:" + std::to_string(server().point().port));
  EXPECT_EQ(server().capacity(), kLongestUdp);
  EXPECT_FALSE(server().one_peer());
  EXPECT_FALSE(server().tend_at());
  const auto client = test::value_of(dial_for_datagrams(address()));
  EXPECT_EQ(client->point().way, Way::udp);
  EXPECT_EQ(client->capacity(), kLongestUdp);
}

TEST_F(UdpPorts, CarryDatagramsFromTheClientToTheServer) {
  const auto client = test::value_of(dial_for_datagrams(address()));
  ASSERT_TRUE(client->transport().send(bytes_of(std::string("hello")), Address()).ok());
  EXPECT_EQ(receive(server()), "hello");
  EXPECT_FALSE(client->refused());
}

TEST_F(UdpPorts, OnlyOneListensAtAPort) {
  const Failure failure = test::failure_of(Kind::listen, listen_for_datagrams(address()));
  EXPECT_EQ(failure.error, std::errc::address_in_use);
  EXPECT_EQ(failure.detail, address());
}

TEST_F(UdpPorts, TellThatNobodyListens) {
  const auto client = test::value_of(dial_for_datagrams(address()));
  servers_.clear();
  ASSERT_TRUE(client->transport().send(bytes_of(std::string("hello")), Address()).ok());
  ASSERT_TRUE(wait_for(client->fd(), POLLIN));
  ByteArray<16> buffer{};
  EXPECT_EQ(client->transport().receive(buffer).value().size, 0U);
  EXPECT_TRUE(client->refused());
}

TEST_F(UdpPorts, NeedAnAddress) {
  test::failure_of(Kind::address, listen_for_datagrams("127.0.0.1"));
  test::failure_of(Kind::address, dial_for_datagrams("127.0.0.1"));
}

TEST_F(UdpPorts, SayThatThereIsNoSuchName) {
  const std::string text = std::string(70, 'x') + ":1";
  const Failure failure = test::failure_of(Kind::reach, dial_for_datagrams(text));
  EXPECT_EQ(&failure.error.category(), &resolver_category());
  EXPECT_EQ(failure.detail, text);
}

/// The header of a server's record has no cid.
TEST_F(UdpPorts, AnnounceWhatFitsADatagram) {
  EXPECT_EQ(server().max_rx(true), kLongestUdp - datagram_header_size(true));
  EXPECT_EQ(server().max_rx(false), kLongestUdp - datagram_header_size(false));
  EXPECT_EQ(longest_message(kLongestUdp), 1174U);
  EXPECT_EQ(longest_message(kLongestPacket), 452U);
}

// Serial lines.

/// A line over a pseudo-terminal, which unplug() takes away and plug_in() brings back.
class SerialLinePortTest : public testing::Test {
 protected:
  void plug_in() {
    master_ = Descriptor(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    std::array<char, 64> name{};
    ASSERT_TRUE(::grantpt(master_.get()) == 0 && ::unlockpt(master_.get()) == 0);
    ASSERT_EQ(::ptsname_r(master_.get(), name.data(), name.size()), 0);
    std::filesystem::create_symlink(name.data(), path_);
  }
  void unplug() {
    master_.reset();
    std::filesystem::remove(path_);
  }
  [[nodiscard]] LineName name() const { return test::value_of(parse_line_name(path_)); }
  Error read_from(DatagramPort& port) {
    ByteArray<kLongestPacket> buffer{};
    return port.transport().receive(buffer).error();
  }

  test::TemporaryDirectory directory_;
  std::string path_ = (directory_ / "line").native();
  Descriptor master_;
  ManualClock clock_;
};

TEST_F(SerialLinePortTest, SaysWhatItIs) {
  plug_in();
  const auto port = test::value_of(SerialLinePort::open(name(), clock_));
  EXPECT_EQ(port->point().way, Way::serial);
  EXPECT_EQ(port->point().line, path_);
  EXPECT_EQ(port->point().port, 0);
  EXPECT_EQ(port->capacity(), kLongestPacket);
  EXPECT_TRUE(port->one_peer());
  EXPECT_GE(port->fd(), 0);
  EXPECT_FALSE(port->tend_at());
}

TEST_F(SerialLinePortTest, SaysThatThereIsNoLine) {
  const Failure failure = test::failure_of(Kind::serial_open, SerialLinePort::open(name(), clock_));
  EXPECT_EQ(failure.error, std::errc::no_such_file_or_directory);
  EXPECT_EQ(failure.detail, path_);
}

TEST_F(SerialLinePortTest, SaysThatWhatCarriesTheLineDoesNotAnswer) {
  auto listeners = test::value_of(listen_on("127.0.0.1:0"));
  const std::string text = "tcp:" + listeners.front()->address();
  listeners.clear();
  const LineName line = test::value_of(parse_line_name(text));
  const Failure failure = test::failure_of(Kind::serial_connect, SerialLinePort::open(line, clock_));
  EXPECT_EQ(failure.error, std::errc::connection_refused);
  EXPECT_EQ(failure.detail, text);
}

TEST_F(SerialLinePortTest, IsOpenedAsSoonAsItIsThere) {
  SerialLinePort port(name(), clock_);
  EXPECT_EQ(port.fd(), -1);
  EXPECT_EQ(port.tend_at(), at_once());
  const Instant start = clock_.now();
  EXPECT_EQ(port.tend(start), LineChange::absent);
  EXPECT_EQ(port.tend_at(), start + seconds(1));
  plug_in();
  EXPECT_EQ(port.tend(start + milliseconds(999)), LineChange::none);
  EXPECT_EQ(port.tend(start + seconds(1)), LineChange::found);
  EXPECT_GE(port.fd(), 0);
  EXPECT_FALSE(port.tend_at());
  EXPECT_EQ(port.tend(start + seconds(2)), LineChange::none);
}

TEST_F(SerialLinePortTest, IsFoundAtOnceIfItIsThere) {
  plug_in();
  SerialLinePort port(name(), clock_);
  EXPECT_EQ(port.tend(clock_.now()), LineChange::found);
}

TEST_F(SerialLinePortTest, GoesOnWhenItIsPluggedInAgain) {
  plug_in();
  const auto port = test::value_of(SerialLinePort::open(name(), clock_));
  unplug();
  EXPECT_EQ(read_from(*port), Error::connection_lost);
  EXPECT_EQ(port->fd(), -1);
  EXPECT_EQ(port->tend_at(), at_once());
  const Instant lost = clock_.now();
  EXPECT_EQ(port->tend(lost), LineChange::lost);
  EXPECT_EQ(port->tend(lost), LineChange::none) << "it is told once";
  EXPECT_EQ(port->tend(lost + seconds(1)), LineChange::none) << "it is not back";
  EXPECT_EQ(port->tend_at(), lost + seconds(2));
  plug_in();
  EXPECT_EQ(port->tend(lost + seconds(2)), LineChange::back);
  EXPECT_EQ(read_from(*port), Error::none);
}

}  // namespace
}  // namespace pawl::host::datagram_port_test
