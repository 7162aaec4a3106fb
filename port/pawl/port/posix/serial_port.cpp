// SPDX-License-Identifier: Apache-2.0
// Linux names rates by their number in its own termios2. Its header and <termios.h> exclude one another.
#include <asm/termbits.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>

#include <chrono>
#include <thread>

#include <pawl/port/posix/serial_port.hpp>

namespace pawl {
namespace {

std::error_code busy() { return std::make_error_code(std::errc::device_or_resource_busy); }

/// Keeps others off. The lock is for those who ask for it, TIOCEXCL for all but root.
std::error_code lock(int device) {
  if (::flock(device, LOCK_EX | LOCK_NB) != 0) return errno == EWOULDBLOCK ? busy() : last_error();
  return ::ioctl(device, TIOCEXCL) == 0 ? std::error_code() : last_error();
}

/// Whether a driver took a rate. It may be off by 2 %, which the receiver of a byte bears.
bool near(std::uint32_t rate, std::uint32_t wanted) {
  const std::uint64_t difference = rate > wanted ? rate - wanted : wanted - rate;
  return difference * 50 <= wanted;
}

std::error_code set_line(int device, std::uint32_t baud) {
  termios2 line{};
  if (::ioctl(device, TCGETS2, &line) != 0) return last_error();
  line.c_iflag = line.c_oflag = line.c_lflag = 0;
  // Without HUPCL the modem lines stay as they are when the device is closed.
  line.c_cflag = CS8 | CREAD | CLOCAL | BOTHER;
  line.c_ispeed = line.c_ospeed = baud;
  // A read that finds nothing says so by EAGAIN, and 0 means the end.
  line.c_cc[VMIN] = 1;
  line.c_cc[VTIME] = 0;
  if (::ioctl(device, TCSETS2, &line) != 0) return last_error();
  // It succeeds if anything at all could be set.
  if (::ioctl(device, TCGETS2, &line) != 0) return last_error();
  return near(line.c_ospeed, baud) ? std::error_code() : std::make_error_code(std::errc::invalid_argument);
}

/// Boards reset at the edge when DTR goes on (Arduino), or RTS, or while RTS is on and DTR off (ESP). A line that has
/// neither is left alone.
void reset_board(int device) {
  constexpr auto kStep = std::chrono::milliseconds(100);
  const int dtr = TIOCM_DTR;
  const int rts = TIOCM_RTS;
  const int both = dtr | rts;
  if (::ioctl(device, TIOCMBIC, &both) != 0) return;
  std::this_thread::sleep_for(kStep);
  ::ioctl(device, TIOCMBIS, &rts);
  std::this_thread::sleep_for(kStep);
  ::ioctl(device, TIOCMBIS, &dtr);
}

PosixResult<Descriptor> open_line(const std::string& path, std::uint32_t baud) {
  // 0 would hang up.
  if (baud == 0) return std::make_error_code(std::errc::invalid_argument);
  Descriptor device(::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!device.valid()) return last_error();
  if (::isatty(device.get()) != 1) return std::make_error_code(std::errc::inappropriate_io_control_operation);
  if (const std::error_code error = lock(device.get())) return error;
  if (const std::error_code error = set_line(device.get(), baud)) return error;
  return device;
}

}  // namespace

PosixResult<SerialPort> SerialPort::open(const std::string& path, const Options& options) {
  SerialPort port(path, options.baud);
  const std::error_code error = port.reopen();
  if (error) return error;
  if (options.reset) reset_board(port.fd());
  return port;
}

std::error_code SerialPort::reopen() {
  device_.reset();
  auto device = open_line(path_, baud_);
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
