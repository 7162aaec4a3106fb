// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <filesystem>
#include <system_error>

#include <pawl/host/base/text.hpp>
#include <pawl/host/net/serial_line.hpp>

namespace pawl::host {
namespace {

constexpr std::string_view kTcp = "tcp:";
/// The longest time to connect. Whoever waits for a line to come back does other things too.
constexpr Duration kConnectTime = seconds(2);

std::optional<std::uint32_t> parse_baud(const std::string& digits) {
  std::uint32_t baud = 0;
  const char* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, baud);
  return parsed.ec == std::errc() && parsed.ptr == end ? std::optional(baud) : std::nullopt;
}

}  // namespace

FailureOr<LineName> parse_line_name(const std::string& text) {
  LineName name{.text = printable(bytes_of(text)), .path = text};
  if (text.starts_with(kTcp)) {
    const auto endpoint = parse_endpoint(text.substr(kTcp.size()));
    if (!endpoint.ok()) return endpoint.failure();
    name.endpoint = endpoint.value();
    return name;
  }
  const std::size_t colon = text.rfind(':');
  const auto baud = colon != std::string::npos ? parse_baud(text.substr(colon + 1)) : std::nullopt;
  std::error_code ignored;
  if (baud && !std::filesystem::exists(text, ignored)) {
    name.path = text.substr(0, colon);
    name.baud = *baud;
  }
  if (name.path.empty()) return Failure{.kind = Failure::Kind::serial_name, .detail = name.text};
  return name;
}

std::error_code SerialLine::open() {
  close();
  if (name_.endpoint) {
    auto socket = tcp_connect(name_.endpoint->host, name_.endpoint->port, kConnectTime);
    if (socket.ok()) way_.emplace<TcpTransport>(std::move(socket.value()));
    return socket.error();
  }
  auto port = SerialPort::open(name_.path, {.baud = name_.baud, .reset = name_.reset});
  if (!port.ok()) return port.error();
  way_.emplace<SerialPort>(std::move(port.value()));
  name_.reset = false;
  return {};
}

Transport* SerialLine::transport() {
  if (auto* port = std::get_if<SerialPort>(&way_)) return port;
  return std::get_if<TcpTransport>(&way_);
}

/// A line that is lost is closed, so that nobody waits for it.
Result<std::size_t> SerialLine::read(MutBytes buffer) {
  Transport* way = transport();
  if (way == nullptr) return Error::connection_lost;
  const auto got = way->read(buffer);
  if (!got.ok()) close();
  return got;
}

Result<std::size_t> SerialLine::write(Bytes bytes) {
  Transport* way = transport();
  if (way == nullptr) return Error::connection_lost;
  const auto put = way->write(bytes);
  if (!put.ok()) close();
  return put;
}

int SerialLine::fd() const {
  if (const auto* port = std::get_if<SerialPort>(&way_)) return port->fd();
  const auto* tcp = std::get_if<TcpTransport>(&way_);
  return tcp != nullptr ? tcp->fd() : -1;
}

}  // namespace pawl::host
