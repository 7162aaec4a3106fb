// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include <pawl/host/net/endpoint.hpp>
#include <pawl/port/posix/serial_port.hpp>
#include <pawl/port/posix/tcp.hpp>

namespace pawl::host {

/// A serial line as people write it. It is PATH, PATH:BAUD, or tcp:HOST:PORT for one that a terminal server or an
/// emulator carries over TCP.
struct LineName {
  static constexpr std::uint32_t kDefaultBaud = 115'200;

  /// As it was written, safe to print.
  std::string text;
  std::string path{};
  std::uint32_t baud = kDefaultBaud;
  /// Whether the device is to be reset when it is opened for the first time. See SerialPort::Options.
  bool reset = false;
  /// Where the line is over TCP. If it is set, `path` does not count.
  std::optional<Endpoint> endpoint{};
};

/// Kind::serial_name or Kind::address if it is none of these. A path may have colons. What follows the last one is a
/// rate if it is a number and no file has the whole name.
FailureOr<LineName> parse_line_name(const std::string& text);

/// An open serial line, of either kind.
class SerialLine final : public Transport {
 public:
  explicit SerialLine(LineName name) : name_(std::move(name)) {}

  /// Opens it, or opens it again.
  std::error_code open();
  [[nodiscard]] const LineName& name() const { return name_; }

  Result<std::size_t> read(MutBytes buffer) override;
  Result<std::size_t> write(Bytes bytes) override;
  void shutdown() override {}
  void close() override { way_ = std::monostate(); }
  /// The descriptor to poll(). It is -1, which poll() ignores, while the line is not open.
  [[nodiscard]] int fd() const;

 private:
  Transport* transport();

  LineName name_;
  std::variant<std::monostate, SerialPort, TcpTransport> way_{};
};

}  // namespace pawl::host
