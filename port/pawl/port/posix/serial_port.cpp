// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <algorithm>
#include <array>
#include <optional>

#include <pawl/port/posix/serial_port.hpp>

namespace pawl {
namespace {

struct Rate {
  std::uint32_t baud;
  speed_t speed;
};
constexpr std::array kRates{
    Rate{1200, B1200},       Rate{2400, B2400},       Rate{4800, B4800},       Rate{9600, B9600},
    Rate{19200, B19200},     Rate{38400, B38400},     Rate{57600, B57600},     Rate{115200, B115200},
    Rate{230400, B230400},
#ifdef B460800
    Rate{460800, B460800},   Rate{500000, B500000},   Rate{576000, B576000},   Rate{921600, B921600},
    Rate{1000000, B1000000}, Rate{1152000, B1152000}, Rate{1500000, B1500000}, Rate{2000000, B2000000},
    Rate{3000000, B3000000}, Rate{4000000, B4000000},
#endif
};

std::optional<speed_t> speed_of(std::uint32_t baud) {
  const auto* const rate = std::ranges::find(kRates, baud, &Rate::baud);
  return rate == kRates.end() ? std::nullopt : std::optional(rate->speed);
}

std::error_code busy() { return std::make_error_code(std::errc::device_or_resource_busy); }

/// Keeps others off. The lock is for those who ask for it, TIOCEXCL for all but root.
std::error_code lock(int device) {
  if (::flock(device, LOCK_EX | LOCK_NB) != 0) return errno == EWOULDBLOCK ? busy() : last_error();
  return ::ioctl(device, TIOCEXCL) == 0 ? std::error_code() : last_error();
}

std::error_code set_line(int device, speed_t speed) {
  termios line{};
  if (::tcgetattr(device, &line) != 0) return last_error();
  ::cfmakeraw(&line);
  line.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS);
  line.c_cflag |= CLOCAL | CREAD;
  line.c_iflag &= ~static_cast<tcflag_t>(IXOFF);
  // A read that finds nothing says so by EAGAIN, and 0 means the end.
  line.c_cc[VMIN] = 1;
  line.c_cc[VTIME] = 0;
  ::cfsetispeed(&line, speed);
  ::cfsetospeed(&line, speed);
  if (::tcsetattr(device, TCSANOW, &line) != 0) return last_error();
  // It succeeds if anything at all could be set.
  termios set{};
  if (::tcgetattr(device, &set) != 0) return last_error();
  return ::cfgetospeed(&set) == speed ? std::error_code() : std::make_error_code(std::errc::invalid_argument);
}

PosixResult<Descriptor> open_line(const std::string& path, speed_t speed) {
  Descriptor device(::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!device.valid()) return last_error();
  if (::isatty(device.get()) != 1) return std::make_error_code(std::errc::inappropriate_io_control_operation);
  if (const std::error_code error = lock(device.get())) return error;
  if (const std::error_code error = set_line(device.get(), speed)) return error;
  return device;
}

}  // namespace

PosixResult<SerialPort> SerialPort::open(const std::string& path, std::uint32_t baud) {
  SerialPort port(path, baud);
  const std::error_code error = port.reopen();
  if (error) return error;
  return port;
}

std::error_code SerialPort::reopen() {
  device_.reset();
  const auto speed = speed_of(baud_);
  if (!speed) return std::make_error_code(std::errc::invalid_argument);
  auto device = open_line(path_, *speed);
  if (device.ok()) device_ = std::move(device.value());
  return device.error();
}

Result<std::size_t> SerialPort::read(MutBytes buffer) {
  ssize_t got = 0;
  do {
    got = ::read(device_.get(), buffer.data(), buffer.size());
  } while (got < 0 && errno == EINTR);
  if (got > 0) return static_cast<std::size_t>(got);
  if (got < 0 && errno == EAGAIN) return std::size_t{0};
  close();
  return Error::connection_lost;
}

Result<std::size_t> SerialPort::write(Bytes bytes) {
  ssize_t put = 0;
  do {
    put = ::write(device_.get(), bytes.data(), bytes.size());
  } while (put < 0 && errno == EINTR);
  if (put >= 0) return static_cast<std::size_t>(put);
  if (errno == EAGAIN) return std::size_t{0};
  close();
  return Error::connection_lost;
}

}  // namespace pawl
