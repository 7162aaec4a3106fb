// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <pawl/base/time.hpp>
#include <pawl/port/baremetal/receive_queue.hpp>
#include <pawl/port/baremetal/uart.hpp>
#include <pawl/wire/serial.hpp>

namespace pawl {

/// A line of packets (PROTOCOL.md 13.5) over the registers of a UART. It is no DatagramTransport, which would need a
/// second buffer each way. Here a datagram is sent from where it is, and opened where it was received. It never blocks.
class UartLine {
 public:
  /// All belong to the caller and outlive the line. `buffer` has room for the longest datagram and a check sum of 2.
  UartLine(Uart& uart, ReceiveQueue& queue, MutBytes buffer) : uart_(uart), queue_(queue), decoder_(buffer) {}

  /// The next datagram that has arrived, empty if there is none. It is in the buffer, the caller's to change until the
  /// next call.
  MutBytes receive();
  /// Begins to send `datagram`, which is not empty and stays as it is while sending().
  void send(Bytes datagram, Instant now);
  /// Goes on with it, as far as the UART has room.
  void advance(Instant now);
  [[nodiscard]] bool sending() const { return next_.has_value(); }
  /// Forgets the rest of what is being sent. The peer will find a packet that is not whole.
  void abandon() { next_.reset(); }
  [[nodiscard]] const PacketDecoder::Counters& counters() const { return decoder_.counters(); }

 private:
  void encode_next();

  Uart& uart_;
  ReceiveQueue& queue_;
  PacketDecoder decoder_;
  PacketEncoder encoder_{};
  /// The byte that the UART is to take next.
  std::optional<std::uint8_t> next_{};
  /// When it took the last one. None since power-up.
  std::optional<Instant> last_{};
};

}  // namespace pawl
