// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <pawl/port/clock.hpp>
#include <pawl/port/datagram_transport.hpp>
#include <pawl/port/transport.hpp>
#include <pawl/wire/serial.hpp>

namespace pawl {

/// Datagrams on a line of bytes that may lose, alter and insert some. They are the packets of PROTOCOL.md 13.5, over a
/// serial port, or over TCP to where one is. The line has one peer, so addresses are empty, and ignored where they are
/// asked for.
///
/// When the line is lost, receive() and send() give its Error::connection_lost, and go on as soon as it goes on. What
/// opens it again need not tell.
class SerialTransport final : public DatagramTransport {
 public:
  /// All belong to the caller and outlive the transport. `receive` holds a packet that comes, so that datagrams of up
  /// to receive.size() - kPacketCrcSize bytes arrive. `send` holds the datagram that is being sent, and is as long as
  /// the longest of them.
  SerialTransport(Transport& line, Clock& clock, MutBytes receive, MutBytes send)
      : line_(line), clock_(clock), decoder_(receive), datagram_(send) {}

  Result<Received> receive(MutBytes buffer) override;
  Status send(Bytes datagram, const Address& to) override;
  [[nodiscard]] bool sending() const override { return !output_.empty() || !encoder_.done(); }
  void close() override { line_.close(); }
  [[nodiscard]] TransportCounters counters() const override;

 private:
  Status flush();
  std::size_t deliver(MutBytes buffer);

  Transport& line_;
  Clock& clock_;
  PacketDecoder decoder_;
  /// What was read and not decoded yet.
  ByteArray<256> read_{};
  Bytes input_{};
  std::uint64_t too_long_ = 0;

  MutBytes datagram_;
  PacketEncoder encoder_{};
  /// What was encoded and not written yet.
  ByteArray<256> encoded_{};
  Bytes output_{};
  /// When the line last took something. None before the first time.
  std::optional<Instant> written_{};
};

}  // namespace pawl
