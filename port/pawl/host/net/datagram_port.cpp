// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <pawl/host/base/text.hpp>
#include <pawl/host/net/datagram_port.hpp>
#include <pawl/host/net/poller.hpp>

namespace pawl::host {
namespace {

constexpr Duration kRetryPause = seconds(1);

}  // namespace

SerialLinePort::SerialLinePort(LineName name, Clock& clock)
    : line_(std::move(name)), transport_(line_, clock, receive_, send_) {}

FailureOr<std::unique_ptr<DatagramPort>> SerialLinePort::open(LineName name, Clock& clock) {
  const auto kind = name.endpoint ? Failure::Kind::serial_connect : Failure::Kind::serial_open;
  auto port = std::make_unique<SerialLinePort>(std::move(name), clock);
  const std::error_code error = port->line_.open();
  if (error) return Failure{.kind = kind, .error = error, .detail = port->line_.name().text};
  return std::unique_ptr<DatagramPort>(std::move(port));
}

LineChange SerialLinePort::tend(Instant now) {
  if (just_lost()) {
    retry_at_ = now + kRetryPause;
    return LineChange::lost;
  }
  if (!retry_at_ || now < *retry_at_) return LineChange::none;
  retry_at_ = now + kRetryPause;
  if (line_.open()) return LineChange::none;
  retry_at_.reset();
  return LineChange::back;
}

std::optional<Instant> SerialLinePort::tend_at() const { return just_lost() ? kAtOnce : retry_at_; }

FailureOr<std::unique_ptr<DatagramPort>> listen_for_datagrams(const std::string& text) {
  const auto endpoint = parse_listen_endpoint(text);
  if (!endpoint.ok()) return endpoint.failure();
  auto socket = UdpServer::open(endpoint.value().host, endpoint.value().port);
  if (!socket.ok()) return cannot_listen(text, socket.error());
  return std::unique_ptr<DatagramPort>(std::make_unique<UdpServerPort>(std::move(socket.value())));
}

FailureOr<std::unique_ptr<DatagramPort>> dial_for_datagrams(const std::string& text) {
  const auto endpoint = parse_endpoint(text);
  if (!endpoint.ok()) return endpoint.failure();
  auto socket = UdpClient::connect(endpoint.value().host, endpoint.value().port);
  if (!socket.ok()) {
    return Failure{.kind = Failure::Kind::reach, .error = socket.error(), .detail = printable(bytes_of(text))};
  }
  return std::unique_ptr<DatagramPort>(std::make_unique<UdpClientPort>(std::move(socket.value())));
}

}  // namespace pawl::host
