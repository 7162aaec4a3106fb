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
  port->was_open_ = true;
  return std::unique_ptr<DatagramPort>(std::move(port));
}

LineChange SerialLinePort::tend(Instant now) {
  if (just_lost() && was_open_) {
    retry_at_ = now + kRetryPause;
    return LineChange::lost;
  }
  if (just_lost()) {
    const LineChange change = reopen(now);
    return change == LineChange::none ? LineChange::absent : change;
  }
  return retry_at_ && now >= *retry_at_ ? reopen(now) : LineChange::none;
}

LineChange SerialLinePort::reopen(Instant now) {
  retry_at_ = now + kRetryPause;
  if (line_.open()) return LineChange::none;
  retry_at_.reset();
  return std::exchange(was_open_, true) ? LineChange::back : LineChange::found;
}

std::optional<Instant> SerialLinePort::tend_at() const { return just_lost() ? at_once() : retry_at_; }

FailureOr<std::vector<std::unique_ptr<DatagramPort>>> listen_for_datagrams(const std::string& text) {
  const auto endpoint = parse_listen_endpoint(text);
  if (!endpoint.ok()) return endpoint.failure();
  auto opened = UdpServer::open_each(endpoint.value().host, endpoint.value().port);
  if (!opened.ok()) return cannot_listen(text, opened.error());
  std::vector<std::unique_ptr<DatagramPort>> ports;
  for (UdpServer& each : opened.value()) ports.push_back(std::make_unique<UdpServerPort>(std::move(each)));
  return ports;
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
