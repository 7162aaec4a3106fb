// SPDX-License-Identifier: Apache-2.0
/// Where the program's datagrams come from and go to: a socket, or a serial line.
#pragma once

#include <memory>
#include <optional>
#include <pawl/crypto/aes_gcm.hpp>
#include <pawl/port/posix/clock.hpp>
#include <pawl/port/posix/udp.hpp>
#include <pawl/port/serial_transport.hpp>
#include <pawl/session/datagram_slot.hpp>
#include <pawl/wire/datagram_record.hpp>
#include <string>

#include "reporter.hpp"
#include "serial_line.hpp"

namespace pawl::app {

/// The longest datagram that either end of the program sends or takes: over UDP, what goes through every network
/// unbroken (an IPv6 packet of 1280 bytes); on a serial line, what fits a buffer of 512 bytes with its check sum.
inline constexpr std::size_t kLongestUdp = 1232;
inline constexpr std::size_t kLongestPacket = 512 - kPacketCrcSize;
/// Less than that, by the bytes that the server's answer to a message has more than the message.
constexpr std::size_t longest_message(std::size_t longest_datagram) {
  constexpr std::size_t kAnswerMore = 32;
  return longest_datagram - kAnswerMore - datagram_header_size(true) - 1 - kGcmTagSize;
}

class DatagramPort {
 public:
  DatagramPort() = default;
  DatagramPort(const DatagramPort&) = delete;
  DatagramPort& operator=(const DatagramPort&) = delete;
  virtual ~DatagramPort() = default;

  [[nodiscard]] virtual DatagramTransport& transport() = 0;
  /// To poll() for; -1, which poll() ignores, while there is none.
  [[nodiscard]] virtual int fd() const = 0;
  /// The longest datagram.
  [[nodiscard]] virtual std::size_t capacity() const = 0;
  /// What a session here announces; `from_client`: as a server, which receives a client's records.
  [[nodiscard]] std::uint16_t max_rx(bool from_client) const {
    return static_cast<std::uint16_t>(capacity() - datagram_header_size(from_client));
  }
  /// Says that a server listens here.
  virtual void report_listening(Reporter& /*reporter*/) const {}
  /// Tries to get a transport back that was lost, from time to time, and says so.
  virtual void tend(Instant /*now*/, Reporter& /*reporter*/) {}
  /// When to call tend() again at the latest. A moment of the past: at once.
  [[nodiscard]] virtual std::optional<Instant> tend_at() const { return std::nullopt; }
  /// See UdpClient.
  [[nodiscard]] virtual bool refused() const { return false; }
};

class UdpServerPort final : public DatagramPort {
 public:
  explicit UdpServerPort(UdpServer socket) : socket_(std::move(socket)) {}

  [[nodiscard]] DatagramTransport& transport() override { return socket_; }
  [[nodiscard]] int fd() const override { return socket_.fd(); }
  [[nodiscard]] std::size_t capacity() const override { return kLongestUdp; }
  void report_listening(Reporter& reporter) const override;

 private:
  UdpServer socket_;
};

class UdpClientPort final : public DatagramPort {
 public:
  explicit UdpClientPort(UdpClient socket) : socket_(std::move(socket)) {}

  [[nodiscard]] DatagramTransport& transport() override { return socket_; }
  [[nodiscard]] int fd() const override { return socket_.fd(); }
  [[nodiscard]] std::size_t capacity() const override { return kLongestUdp; }
  [[nodiscard]] bool refused() const override { return socket_.refused(); }

 private:
  UdpClient socket_;
};

class SerialLinePort final : public DatagramPort {
 public:
  /// Opens it. AppError: io or usage if it cannot be opened, port_in_use if somebody else has it, connection_lost or
  /// timeout if it is reached by TCP.
  explicit SerialLinePort(LineName name);

  [[nodiscard]] DatagramTransport& transport() override { return transport_; }
  [[nodiscard]] int fd() const override { return line_.fd(); }
  [[nodiscard]] std::size_t capacity() const override { return kLongestPacket; }
  void report_listening(Reporter& reporter) const override;
  void tend(Instant now, Reporter& reporter) override;
  [[nodiscard]] std::optional<Instant> tend_at() const override { return just_lost() ? Instant{} : retry_at_; }

 private:
  /// And nobody has been told.
  [[nodiscard]] bool just_lost() const { return line_.fd() < 0 && !retry_at_; }

  SerialLine line_;
  MonotonicClock clock_;
  ByteArray<kLongestPacket + kPacketCrcSize> receive_{};
  ByteArray<kLongestPacket> send_{};
  SerialTransport transport_;
  /// Set from when it was said that the line is lost until it is back.
  std::optional<Instant> retry_at_;
};

/// AppError(usage) for 0: nobody would notice that the peer is gone.
void check_datagram_idle(std::uint16_t seconds);

/// What became of a link's datagrams: event "link", and a line for people with --verbose.
void report_link(Reporter& reporter, const TransportCounters& transport, const LinkCounters& sessions);

}  // namespace pawl::app
