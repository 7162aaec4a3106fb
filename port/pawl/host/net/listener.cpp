// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/base/text.hpp>
#include <pawl/host/net/endpoint.hpp>
#include <pawl/host/net/listener.hpp>

namespace pawl::host {

PosixResult<std::optional<AcceptedStream>> TcpStreamListener::accept() {
  auto accepted = listener_.accept();
  if (!accepted.ok()) return accepted.error();
  if (!accepted.value()) return std::optional<AcceptedStream>();
  TcpConnection& connection = *accepted.value();
  return std::optional(
      AcceptedStream{std::make_unique<TcpStream>(std::move(connection.socket)), std::move(connection.peer)});
}

Failure cannot_listen(const std::string& text, std::error_code error) {
  const bool port_alone = text.find(':') == std::string::npos;
  return {
      .kind = Failure::Kind::listen, .error = error, .detail = (port_alone ? "port " : "") + printable(bytes_of(text))};
}

FailureOr<std::vector<std::unique_ptr<StreamListener>>> listen_on(const std::string& text) {
  const auto endpoint = parse_listen_endpoint(text);
  if (!endpoint.ok()) return endpoint.failure();
  auto opened = TcpListener::open_each(endpoint.value().host, endpoint.value().port);
  if (!opened.ok()) return cannot_listen(text, opened.error());
  std::vector<std::unique_ptr<StreamListener>> listeners;
  for (TcpListener& each : opened.value()) listeners.push_back(std::make_unique<TcpStreamListener>(std::move(each)));
  return listeners;
}

FailureOr<std::unique_ptr<Stream>> dial(const std::string& text, Duration timeout) {
  const auto endpoint = parse_endpoint(text);
  if (!endpoint.ok()) return endpoint.failure();
  auto socket = tcp_connect(endpoint.value().host, endpoint.value().port, timeout);
  if (!socket.ok()) {
    return Failure{.kind = Failure::Kind::connect, .error = socket.error(), .detail = printable(bytes_of(text))};
  }
  return std::unique_ptr<Stream>(std::make_unique<TcpStream>(std::move(socket.value())));
}

}  // namespace pawl::host
