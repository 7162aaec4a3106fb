// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <pawl/port/posix/descriptor.hpp>
#include <pawl/port/posix/result.hpp>
#include <pawl/port/transport.hpp>

namespace pawl {

/// A serial line of this machine, /dev/ttyUSB0 for example: 8 data bits, no parity, 1 stop bit, no flow control, and
/// all bytes as they are. Nobody else opens it meanwhile, as far as they ask: it has TIOCEXCL and a lock of flock(2).
///
/// It is used with a SerialTransport, since bytes may be lost. When the device is unplugged, read() and write() give
/// Error::connection_lost, until reopen() has found it again.
class SerialPort final : public Transport {
 public:
  /// `baud` is one of the rates that the system has names for, such as 115200. std::errc::no_such_file_or_directory,
  /// permission_denied, inappropriate_io_control_operation (no serial line), device_or_resource_busy (somebody has it),
  /// invalid_argument (not a rate that it has), no_such_device and others.
  static PosixResult<SerialPort> open(const std::string& path, std::uint32_t baud);
  /// Opens the same path at the same rate again. Errors as open().
  std::error_code reopen();

  Result<std::size_t> read(MutBytes buffer) override;
  Result<std::size_t> write(Bytes bytes) override;
  /// Nothing: a line has no end.
  void shutdown() override {}
  void close() override { device_.reset(); }

  /// To poll() for; -1, which poll() ignores, once closed or lost.
  [[nodiscard]] int fd() const { return device_.get(); }

 private:
  SerialPort(std::string path, std::uint32_t baud) : path_(std::move(path)), baud_(baud) {}

  std::string path_;
  std::uint32_t baud_;
  Descriptor device_{};
};

}  // namespace pawl
