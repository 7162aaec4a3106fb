// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pawl/host/base/failure.hpp>
#include <pawl/host/net/stream.hpp>

namespace pawl::host {

/// How clients come in.
enum class Way : std::uint8_t { tcp, udp, serial, nstp };

/// Where a server waits for clients.
struct ListenPoint {
  Way way = Way::tcp;
  /// The port on the network. It is 0 for a serial line.
  std::uint16_t port = 0;
  /// The address and port on the network, for people, as in "127.0.0.1:7295".
  std::string address{};
  /// The name of a serial line, safe to print.
  std::string line{};
};

/// Gives a server the streams of its clients.
class StreamListener {
 public:
  StreamListener() = default;
  StreamListener(const StreamListener&) = delete;
  StreamListener& operator=(const StreamListener&) = delete;
  virtual ~StreamListener() = default;

  /// The next stream that waits, or none. An error is one of this process or machine, such as
  /// std::errc::too_many_files_open. Then the stream still waits, and fd() goes on being ready.
  virtual PosixResult<std::optional<AcceptedStream>> accept() = 0;
  /// The descriptor to wait for until it is readable.
  [[nodiscard]] virtual int fd() const = 0;
  /// The port it listens on, never 0. address() has the port in it, and is for people.
  [[nodiscard]] virtual std::uint16_t port() const = 0;
  [[nodiscard]] virtual std::string address() const = 0;
};

/// A listener over TCP.
class TcpStreamListener final : public StreamListener {
 public:
  explicit TcpStreamListener(TcpListener listener) : listener_(std::move(listener)) {}

  PosixResult<std::optional<AcceptedStream>> accept() override;
  [[nodiscard]] int fd() const override { return listener_.fd(); }
  [[nodiscard]] std::uint16_t port() const override { return listener_.port(); }
  [[nodiscard]] std::string address() const override { return listener_.address(); }

 private:
  TcpListener listener_;
};

/// Listens on HOST:PORT, on each address if HOST is a name, or PORT on all addresses. Kind::address, Kind::listen.
FailureOr<std::vector<std::unique_ptr<StreamListener>>> listen_on(const std::string& text);

/// The failure of listening on `text`.
Failure cannot_listen(const std::string& text, std::error_code error);

/// Connects to `text`, which is HOST:PORT, and tries for at most `timeout`. Kind::address, Kind::connect.
FailureOr<std::unique_ptr<Stream>> dial(const std::string& text, Duration timeout);

}  // namespace pawl::host
