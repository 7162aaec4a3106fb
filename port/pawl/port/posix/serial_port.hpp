// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <pawl/port/posix/descriptor.hpp>
#include <pawl/port/posix/result.hpp>
#include <pawl/port/transport.hpp>

namespace pawl {

/// A serial line of this machine, /dev/ttyUSB0 or a link of /dev/serial/by-id for example. It has 8 data bits, no
/// parity, 1 stop bit, no flow control, and all bytes as they are. Nobody else opens it meanwhile, as far as they ask,
/// since it has TIOCEXCL and a lock of flock(2). It is for Linux, whose termios2 takes any rate.
///
/// It is used with a SerialTransport, since bytes may be lost. When the device is unplugged, read() and write() give
/// Error::connection_lost, until reopen() has found it again.
///
/// Many boards reset when DTR or RTS goes on. Linux turns both on whenever a device is opened, and nothing prevents
/// that. But they stay on when this closes (HUPCL is off), so a board resets at most the first time after it was
/// plugged in or after a program that turned them off.
class SerialPort final : public Transport {
 public:
  /// How a line is opened.
  struct Options {
    /// Bits a second. It is any rate that the device takes, within 2 %, such as 115200, 250000 or 31250.
    std::uint32_t baud = 115'200;
    /// Resets a board that listens to DTR or RTS, as those of Arduino and ESP do. Both are off at first, RTS is on
    /// after 100 ms, and DTR is on after 100 ms more. open() blocks meanwhile. A line without these is left alone.
    bool reset = false;
  };

  /// std::errc::no_such_file_or_directory, permission_denied, inappropriate_io_control_operation (no serial line),
  /// device_or_resource_busy (somebody has it), invalid_argument (not a rate that it takes), no_such_device and others.
  static PosixResult<SerialPort> open(const std::string& path, const Options& options);
  /// Opens what is at the same path now, a link followed anew, at the same rate. It resets nothing, so that a session
  /// goes on. What was open is closed before. Errors as open().
  std::error_code reopen();

  /// As Transport says. Error::connection_lost if the device is gone, which closes it.
  Result<std::size_t> read(MutBytes buffer) override;
  /// The same.
  Result<std::size_t> write(Bytes bytes) override;
  /// Does nothing, because a line has no end.
  void shutdown() override {}
  /// Gives the device to others. reopen() takes it again. Error::connection_lost meanwhile.
  void close() override { device_.reset(); }

  /// To poll() for. Once closed or lost it is -1, which poll() ignores.
  [[nodiscard]] int fd() const { return device_.get(); }

 private:
  SerialPort(std::string path, std::uint32_t baud) : path_(std::move(path)), baud_(baud) {}

  std::string path_;
  std::uint32_t baud_;
  Descriptor device_{};
};

}  // namespace pawl
