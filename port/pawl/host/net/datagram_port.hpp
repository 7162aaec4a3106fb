// SPDX-License-Identifier: Apache-2.0
/// Where the program's datagrams come from and go to, which is a socket or a serial line.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pawl/crypto/aes_gcm.hpp>
#include <pawl/host/net/listener.hpp>
#include <pawl/host/net/serial_line.hpp>
#include <pawl/port/clock.hpp>
#include <pawl/port/posix/udp.hpp>
#include <pawl/port/serial_transport.hpp>
#include <pawl/session/datagram_slot.hpp>
#include <pawl/wire/datagram_record.hpp>

namespace pawl::host {

/// The longest datagram that either end of the program sends or takes. Over UDP it is what goes through every network
/// unbroken (an IPv6 packet of 1280 bytes). On a serial line it is what fits a buffer of 512 bytes with its check sum.
inline constexpr std::size_t kLongestUdp = 1232;
inline constexpr std::size_t kLongestPacket = 512 - kPacketCrcSize;
/// The longest message whose answer fits such a datagram too. The server's answer is longer than the message.
constexpr std::size_t longest_message(std::size_t longest_datagram) {
  constexpr std::size_t kAnswerMore = 32;
  return longest_datagram - kAnswerMore - datagram_header_size(true) - 1 - kGcmTagSize;
}

/// What has become of a line that may be unplugged.
enum class LineChange : std::uint8_t {
  none,
  absent,  ///< It is not there yet.
  found,   ///< It is there now, for the first time.
  lost,    ///< It was there, and is gone.
  back,    ///< It is there again.
};

/// What became of a link's datagrams.
struct LinkReport {
  TransportCounters transport;
  LinkCounters sessions;
};

/// A transport of datagrams with what an event loop has to know of it.
class DatagramPort {
 public:
  DatagramPort() = default;
  DatagramPort(const DatagramPort&) = delete;
  DatagramPort& operator=(const DatagramPort&) = delete;
  virtual ~DatagramPort() = default;

  [[nodiscard]] virtual DatagramTransport& transport() = 0;
  /// The descriptor to wait for. It is -1, for which nobody waits, while there is none.
  [[nodiscard]] virtual int fd() const = 0;
  /// How often fd() has become another one, perhaps of the same number, without having been -1.
  [[nodiscard]] virtual unsigned fd_changes() const { return 0; }
  /// The size of the longest datagram.
  [[nodiscard]] virtual std::size_t capacity() const = 0;
  /// What a session here announces as max_rx. `from_client` is true for a server, which receives a client's records.
  [[nodiscard]] std::uint16_t max_rx(bool from_client) const {
    return static_cast<std::uint16_t>(capacity() - datagram_header_size(from_client));
  }
  /// What a server would report as the place where it listens.
  [[nodiscard]] virtual ListenPoint point() const = 0;
  /// Whether there is one peer at most, as on a serial line.
  [[nodiscard]] virtual bool one_peer() const { return false; }
  /// Tries to get a transport back that was lost, from time to time.
  virtual LineChange tend(Instant /*now*/) { return LineChange::none; }
  /// When to call tend() again at the latest. None means never.
  [[nodiscard]] virtual std::optional<Instant> tend_at() const { return std::nullopt; }
  /// See UdpClient.
  [[nodiscard]] virtual bool refused() const { return false; }
};

/// The socket of a server.
class UdpServerPort final : public DatagramPort {
 public:
  explicit UdpServerPort(UdpServer socket) : socket_(std::move(socket)) {}

  [[nodiscard]] DatagramTransport& transport() override { return socket_; }
  [[nodiscard]] int fd() const override { return socket_.fd(); }
  [[nodiscard]] std::size_t capacity() const override { return kLongestUdp; }
  [[nodiscard]] ListenPoint point() const override { return {Way::udp, socket_.port(), socket_.address()}; }

 private:
  UdpServer socket_;
};

/// The socket of a client.
class UdpClientPort final : public DatagramPort {
 public:
  explicit UdpClientPort(UdpClient socket) : socket_(std::move(socket)) {}

  [[nodiscard]] DatagramTransport& transport() override { return socket_; }
  [[nodiscard]] int fd() const override { return socket_.fd(); }
  [[nodiscard]] std::size_t capacity() const override { return kLongestUdp; }
  [[nodiscard]] unsigned fd_changes() const override { return socket_.fd_changes(); }
  [[nodiscard]] ListenPoint point() const override { return {Way::udp}; }
  [[nodiscard]] bool refused() const override { return socket_.refused(); }

 private:
  UdpClient socket_;
};

/// A serial line, which is opened again when it was lost.
class SerialLinePort final : public DatagramPort {
 public:
  /// Opens it. The clock outlives it. Kind::serial_open or serial_connect.
  static FailureOr<std::unique_ptr<DatagramPort>> open(LineName name, Clock& clock);
  /// Its line is opened by tend(), as soon as it is there.
  SerialLinePort(LineName name, Clock& clock);

  [[nodiscard]] DatagramTransport& transport() override { return transport_; }
  [[nodiscard]] int fd() const override { return line_.fd(); }
  [[nodiscard]] std::size_t capacity() const override { return kLongestPacket; }
  [[nodiscard]] ListenPoint point() const override { return {.way = Way::serial, .line = line_.name().text}; }
  [[nodiscard]] bool one_peer() const override { return true; }
  LineChange tend(Instant now) override;
  [[nodiscard]] std::optional<Instant> tend_at() const override;

 private:
  /// It is not there, and nobody has been told.
  [[nodiscard]] bool just_lost() const { return line_.fd() < 0 && !retry_at_; }
  LineChange reopen(Instant now);

  SerialLine line_;
  ByteArray<kLongestPacket + kPacketCrcSize> receive_{};
  ByteArray<kLongestPacket> send_{};
  SerialTransport transport_;
  bool was_open_ = false;
  /// When to try again. It is set from the moment at which it was said that the line is not there, until the line is
  /// there.
  std::optional<Instant> retry_at_{};
};

/// The ports of a server at `text`, which is written as for listen_on(). Kind::address, Kind::listen.
FailureOr<std::vector<std::unique_ptr<DatagramPort>>> listen_for_datagrams(const std::string& text);
/// The port of a client to `text`, which is HOST:PORT. Kind::address, Kind::reach.
FailureOr<std::unique_ptr<DatagramPort>> dial_for_datagrams(const std::string& text);

}  // namespace pawl::host
