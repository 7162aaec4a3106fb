// SPDX-License-Identifier: Apache-2.0
/// Serial lines over pseudo-terminals, whose master side is the other end of the line.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdlib>
#include <filesystem>
#include <pawl/port/posix/clock.hpp>
#include <pawl/port/posix/serial_port.hpp>
#include <pawl/port/serial_transport.hpp>

#include "tests/unit/port/loopback.hpp"

namespace pawl::test::serial_port_test {
namespace {

constexpr SerialPort::Options kUsual{};

/// Linux's termios2, whose header and <termios.h> exclude one another.
struct Termios2 {
  tcflag_t c_iflag, c_oflag, c_cflag, c_lflag;
  cc_t c_line, c_cc[19];
  speed_t c_ispeed, c_ospeed;
};
constexpr unsigned long kGet = _IOR('T', 0x2A, Termios2);

/// What pseudo-terminals cannot do, while a test wants it: they have no modem lines, and take every rate exactly.
struct Driver {
  Driver() { present = this; }
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;
  ~Driver() { present = nullptr; }

  static inline Driver* present = nullptr;
  /// Of the rate asked for.
  std::uint32_t percent = 100;
  bool has_modem_lines = false;
  /// Of the modem lines, which are on when a device was opened.
  struct Change {
    bool dtr, rts;
    Instant at;
  };
  std::vector<Change> changes;

  int ioctl(int fd, unsigned long request, void* argument) {
    if (has_modem_lines && (request == TIOCMBIC || request == TIOCMBIS)) {
      change(request == TIOCMBIS, *static_cast<const int*>(argument));
      return 0;
    }
    const auto result = static_cast<int>(::syscall(SYS_ioctl, fd, request, argument));
    if (request == kGet && result == 0) {
      auto& rate = static_cast<Termios2*>(argument)->c_ospeed;
      rate = rate * percent / 100;
    }
    return result;
  }

 private:
  void change(bool on, int lines) {
    Change next = changes.empty() ? Change{true, true, {}} : changes.back();
    if ((lines & TIOCM_DTR) != 0) next.dtr = on;
    if ((lines & TIOCM_RTS) != 0) next.rts = on;
    next.at = MonotonicClock().now();
    changes.push_back(next);
  }
};

Termios2 settings_of(int fd) {
  Termios2 line{};
  EXPECT_EQ(::syscall(SYS_ioctl, fd, kGet, &line), 0);
  return line;
}

/// The other end: a pseudo-terminal, which unplug() takes away and plug_in() brings back at the same path.
class Device {
 public:
  Device()
      : link_(testing::TempDir() + "pawl_serial_port_" + std::to_string(::getpid()) + "_" + std::to_string(++made_)) {
    plug_in();
  }
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

  [[nodiscard]] int master() const { return master_.get(); }

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
  static inline int made_ = 0;
  std::string link_;
  Descriptor master_;
};

std::optional<SerialPort> open_port(const Device& device) {
  auto port = SerialPort::open(device.path(), kUsual);
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
  for (const std::uint32_t baud : {9600U, 31'250U, 57'600U, 74'880U, 115'200U, 250'000U, 4'000'000U}) {
    auto port = SerialPort::open(device.path(), {.baud = baud});
    ASSERT_TRUE(port.ok()) << baud << ": " << port.error().message();
    const Termios2 line = settings_of(port.value().fd());
    EXPECT_EQ(line.c_ospeed, baud);
    EXPECT_EQ(line.c_ispeed, baud);
  }
}

TEST(SerialPort, ARateThatTheDeviceDoesNotTakeIsAnError) {
  const Device device;
  EXPECT_EQ(SerialPort::open(device.path(), {.baud = 0}).error(), std::errc::invalid_argument);
  Driver driver;
  for (const std::uint32_t percent : {98U, 102U}) {
    driver.percent = percent;
    EXPECT_TRUE(SerialPort::open(device.path(), kUsual).ok()) << percent;
  }
  for (const std::uint32_t percent : {50U, 97U, 103U}) {
    driver.percent = percent;
    EXPECT_EQ(SerialPort::open(device.path(), kUsual).error(), std::errc::invalid_argument) << percent;
  }
}

TEST(SerialPort, LeavesTheModemLinesAsTheyAre) {
  const Device device;
  termios line{};
  ASSERT_EQ(::tcgetattr(device.master(), &line), 0);
  line.c_cflag |= HUPCL;
  ASSERT_EQ(::tcsetattr(device.master(), TCSANOW, &line), 0);
  Driver driver;
  driver.has_modem_lines = true;
  ASSERT_TRUE(open_port(device));
  EXPECT_TRUE(driver.changes.empty());
  EXPECT_EQ(settings_of(device.master()).c_cflag & HUPCL, 0U) << "also when it is closed";
}

TEST(SerialPort, ResetsABoardIfAsked) {
  const Device device;
  Driver driver;
  driver.has_modem_lines = true;
  auto port = SerialPort::open(device.path(), {.reset = true});
  ASSERT_TRUE(port.ok());
  ASSERT_EQ(driver.changes.size(), 3U);
  const Driver::Change& off = driver.changes[0];
  const Driver::Change& rts = driver.changes[1];
  const Driver::Change& on = driver.changes[2];
  EXPECT_TRUE(!off.dtr && !off.rts);
  EXPECT_TRUE(!rts.dtr && rts.rts);
  EXPECT_TRUE(on.dtr && on.rts);
  EXPECT_GE((rts.at - off.at).ms, 99U);
  EXPECT_GE((on.at - rts.at).ms, 99U);
  ASSERT_FALSE(port.value().reopen());
  EXPECT_EQ(driver.changes.size(), 3U) << "a session may go on";
}

TEST(SerialPort, WithoutModemLinesNothingIsReset) {
  const Device device;
  auto port = SerialPort::open(device.path(), {.reset = true});
  ASSERT_TRUE(port.ok());
  EXPECT_EQ(port.value().write(bytes_of("x")).value(), 1U);
}

TEST(SerialPort, IsNobodyElsesMeanwhile) {
  const Device device;
  {
    auto port = open_port(device);
    ASSERT_TRUE(port);
    EXPECT_EQ(SerialPort::open(device.path(), kUsual).error(), std::errc::device_or_resource_busy);
  }
  EXPECT_TRUE(SerialPort::open(device.path(), kUsual).ok()) << "but afterwards";
}

TEST(SerialPort, ReportsWhatIsNoSerialLine) {
  const Device device;
  EXPECT_EQ(SerialPort::open(device.path() + "x", kUsual).error(), std::errc::no_such_file_or_directory);
  EXPECT_EQ(SerialPort::open("/dev/null", kUsual).error(), std::errc::inappropriate_io_control_operation);
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

/// As links of /dev/serial/by-id do when the device gets another name.
TEST(SerialPort, FollowsALinkAnew) {
  const Device first;
  const Device second;
  const std::string link = testing::TempDir() + "pawl_serial_link_" + std::to_string(::getpid());
  std::filesystem::create_symlink(first.path(), link);
  auto port = SerialPort::open(link, kUsual);
  ASSERT_TRUE(port.ok()) << port.error().message();
  std::filesystem::remove(link);
  std::filesystem::create_symlink(second.path(), link);
  ASSERT_FALSE(port.value().reopen());
  std::filesystem::remove(link);
  EXPECT_EQ(port.value().write(bytes_of("x")).value(), 1U);
  EXPECT_EQ(second.read(1), bytes_of("x"));
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

/// In place of the C library's: a test's Driver may answer.
extern "C" int ioctl(int fd, unsigned long request, ...) noexcept {
  using pawl::test::serial_port_test::Driver;
  va_list rest;
  va_start(rest, request);
  void* const argument = va_arg(rest, void*);
  va_end(rest);
  if (Driver::present != nullptr) return Driver::present->ioctl(fd, request, argument);
  return static_cast<int>(::syscall(SYS_ioctl, fd, request, argument));
}
