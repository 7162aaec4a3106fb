// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/base/address.hpp>
#include <pawl/base/bytes.hpp>
#include <pawl/base/result.hpp>

namespace pawl {

/// A datagram that was received.
struct Received {
  /// Its bytes, in the front of the buffer. There are 0 if there was no datagram.
  std::size_t size = 0;
  /// Where it came from. Empty on a line that has one peer.
  Address from;
};

/// What was lost before any session saw it, as far as the transport knows.
struct TransportCounters {
  std::uint64_t dropped = 0;         ///< Came, and were empty or longer than the buffer.
  std::uint64_t corrupt = 0;         ///< Packets of a serial line that did not decode or had a wrong check sum.
  std::uint64_t resynchronised = 0;  ///< Good packets of a serial line that came right after one or more bad ones.
};

/// Datagrams that a pump takes in one run() if none leads to an event, so that a flood does not keep it for ever.
inline constexpr int kDatagramsAtOnce = 64;

/// Carries datagrams, each whole or not at all, over UDP or as packets on a serial line. They may be lost, altered,
/// repeated and reordered on their way. It never blocks.
class DatagramTransport {
 public:
  /// Takes the next datagram into the front of `buffer`. Its size is 0 if there is none now. One that is longer than
  /// the buffer is dropped and counted, never cut. So is an empty one. Error::connection_lost once nothing can come any
  /// more.
  virtual Result<Received> receive(MutBytes buffer) = 0;
  /// Takes all of `datagram`, which is not empty, on its way to `to`, or nothing. It is the caller's again at once.
  /// Error::would_block if there is no room now. Error::too_long if it is longer than any that the transport carries.
  /// Error::invalid_argument if it is empty or `to` is no address of its kind. Error::connection_lost if nothing can be
  /// sent any more. That nobody is at `to`, or no way leads there now, is no error. The datagram is lost then like
  /// others.
  virtual Status send(Bytes datagram, const Address& to) = 0;
  /// Whether part of what send() took has not left yet. Each call of receive() or send() goes on with it.
  [[nodiscard]] virtual bool sending() const = 0;
  /// Ends both directions at once. What has not left is lost. Further calls give Error::connection_lost.
  virtual void close() = 0;
  [[nodiscard]] virtual TransportCounters counters() const = 0;

 protected:
  ~DatagramTransport() = default;
};

}  // namespace pawl
