// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace pawl {

/// The registers of a UART, as a board implements it over them. What arrives comes by interrupt, into a ReceiveQueue.
class Uart {
 public:
  /// Gives the transmitter a byte. While it has no room, this is false and nothing happens. It never waits.
  virtual bool transmit(std::uint8_t byte) = 0;
  /// Allows receive interrupts, since the program has made room in the queue. The interrupt forbids them itself when
  /// the queue is full, and leaves what arrives to the UART, which may lose it.
  virtual void allow_receive() = 0;

 protected:
  ~Uart() = default;
};

}  // namespace pawl
