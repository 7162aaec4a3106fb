// SPDX-License-Identifier: Apache-2.0
/// Serial lines over pseudo-terminals, whose master side is the other end of the line.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <pawl/port/posix/clock.hpp>
#include <pawl/port/posix/serial_port.hpp>
#include <pawl/port/serial_transport.hpp>

#include "tests/unit/port/loopback.hpp"

namespace pawl::test::serial_port_test {
namespace {

constexpr std::uint32_t kBaud = 115'200;

/// The other end: a pseudo-terminal, which unplug() takes away and plug_in() brings back at the same path.
class Device {
 public:
  Device() : link_(testing::TempDir() + "pawl_serial_port_" + std::to_string(::getpid())) { plug_in(); }
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  ~Device() { unplug(); }

  void plug_in() {
    master_ = Descriptor(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    ASSERT_TRUE(master_.valid());
    ASSERT_EQ(::grantpt(master_.get()), 0);
    ASSERT_EQ(::unlockpt(master_.get()), 0);
    char name[64];
    ASSERT_EQ(::ptsname_r(master_.get(), name, sizeof(name)), 0);
    std::filesystem::create_symlink(name, link_);
  }
  void unplug() {
    master_.reset();
    std::filesystem::remove(link_);
  }
  [[nodiscard]] const std::string& path() const { return link_; }

  void write(Bytes bytes) const {
    ASSERT_EQ(::write(master_.get(), bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  /// Reads until `size` bytes are there.
  [[nodiscard]] Buffer read(std::size_t size) const {
    Buffer all;
    while (all.size() < size && wait_for(master_.get(), POLLIN)) {
      Buffer piece(size - all.size());
      const ssize_t got = ::read(master_.get(), piece.data(), piece.size());
      if (got <= 0) break;
      append(all, Bytes(piece).first(static_cast<std::size_t>(got)));
    }
    return all;
  }

 private:
  std::string link_;
  Descriptor master_;
};

std::optional<SerialPort> open_port(const Device& device) {
  auto port = SerialPort::open(device.path(), kBaud);
  EXPECT_TRUE(port.ok()) << port.error().message();
  return port.ok() ? std::optional(std::move(port.value())) : std::nullopt;
}

Buffer every_byte() {
  Buffer bytes(256);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
  return bytes;
}

TEST(SerialPort, CarriesEveryByteAsItIs) {
  const Device device;
  auto port = open_port(device);
  ASSERT_TRUE(port);
  EXPECT_EQ(port->write(every_byte()).value(), 256U);
  EXPECT_EQ(device.read(256), every_byte());
  device.write(every_byte());
  Buffer heard;
  while (heard.size() < 256 && wait_for(port->fd(), POLLIN)) {
    ByteArray<300> piece{};
    append(heard, Bytes(piece).first(port->read(piece).value()));
  }
  EXPECT_EQ(heard, every_byte()) << "no line discipline changes, drops or echoes anything";
  ByteArray<10> nothing{};
  EXPECT_EQ(port->read(nothing).value(), 0U);
}

TEST(SerialPort, HasTheRateAskedFor) {
  const Device device;
  auto port = SerialPort::open(device.path(), 57'600);
  ASSERT_TRUE(port.ok());
  termios line{};
  ASSERT_EQ(::tcgetattr(port.value().fd(), &line), 0);
  EXPECT_EQ(::cfgetospeed(&line), speed_t{B57600});
  EXPECT_EQ(::cfgetispeed(&line), speed_t{B57600});
  EXPECT_EQ(SerialPort::open(device.path(), 12'345).error(), std::errc::invalid_argument);
}

TEST(SerialPort, IsNobodyElsesMeanwhile) {
  const Device device;
  {
    auto port = open_port(device);
    ASSERT_TRUE(port);
    EXPECT_EQ(SerialPort::open(device.path(), kBaud).error(), std::errc::device_or_resource_busy);
  }
  EXPECT_TRUE(SerialPort::open(device.path(), kBaud).ok()) << "but afterwards";
}

TEST(SerialPort, ReportsWhatIsNoSerialLine) {
  const Device device;
  EXPECT_EQ(SerialPort::open(device.path() + "x", kBaud).error(), std::errc::no_such_file_or_directory);
  EXPECT_EQ(SerialPort::open("/dev/null", kBaud).error(), std::errc::inappropriate_io_control_operation);
}

TEST(SerialPort, UnpluggedIsConnectionLostUntilReopened) {
  Device device;
  auto port = open_port(device);
  ASSERT_TRUE(port);
  device.unplug();
  ASSERT_TRUE(wait_for(port->fd(), POLLIN));
  ByteArray<10> buffer{};
  EXPECT_EQ(port->read(buffer).error(), Error::connection_lost);
  EXPECT_EQ(port->write(bytes_of("x")).error(), Error::connection_lost);
  EXPECT_EQ(port->fd(), -1);
  EXPECT_EQ(port->reopen(), std::errc::no_such_file_or_directory) << "not there yet";
  device.plug_in();
  ASSERT_FALSE(port->reopen());
  EXPECT_EQ(port->write(bytes_of("again")).value(), 5U);
  EXPECT_EQ(device.read(5), bytes_of("again"));
}

TEST(SerialPort, CarriesDatagramsAndGoesOnAfterAnUnplug) {
  Device device;
  auto port = open_port(device);
  ASSERT_TRUE(port);
  MonotonicClock clock;
  Buffer receive_buffer(512);
  Buffer send_buffer(512);
  SerialTransport transport(*port, clock, receive_buffer, send_buffer);
  const Buffer datagram = pattern(300);
  PacketEncoder encoder(datagram);
  Buffer packet(max_packet_size(datagram.size()));
  packet.resize(encoder.encode(packet));
  Buffer buffer(512);
  for (int plugged = 0; plugged < 2; ++plugged) {
    ASSERT_TRUE(transport.send(datagram, Address()).ok());
    Buffer heard = device.read(1);
    if (heard == Buffer{kPacketEnd}) heard.clear();  // after silence
    append(heard, device.read(packet.size() - heard.size()));
    EXPECT_EQ(heard, packet);

    // The other end, cut off in the middle of a packet, says it again.
    device.write(packet);
    std::size_t size = 0;
    while (size == 0 && wait_for(port->fd(), POLLIN)) size = transport.receive(buffer).value().size;
    EXPECT_TRUE(std::ranges::equal(Bytes(buffer).first(size), datagram));
    device.write(Bytes(packet).first(100));
    device.unplug();
    Error error = Error::none;
    while (error == Error::none && wait_for(port->fd(), POLLIN)) error = transport.receive(buffer).error();
    EXPECT_EQ(error, Error::connection_lost);
    EXPECT_EQ(transport.send(datagram, Address()).error(), Error::connection_lost);
    device.plug_in();
    ASSERT_FALSE(port->reopen());
    device.write(Buffer{kPacketEnd});
  }
}

}  // namespace
}  // namespace pawl::test::serial_port_test
