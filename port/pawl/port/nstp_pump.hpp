// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/nstp/endpoint.hpp>
#include <pawl/port/transport.hpp>

namespace pawl {

/// The loop between a transport and one side of NSTP, as Pump is for a session: it moves bytes both ways, tells the
/// time and the end of the stream, and closes the transport once the last bytes are delivered.
///
///     for (;;) {
///       while (is_event(event = pump.run(clock.now()))) act on it;
///       if (pump.finished()) break;
///       wait until the transport is ready (wants_read(), wants_write()) or deadline() has come;
///     }
///
/// What one read gave goes to nstp::Server::receive() as it is: on this wire it means something.
class NstpPump {
 public:
  /// `endpoint` has been started. All belong to the caller and outlive the pump; `buffer` holds what one read gives.
  NstpPump(nstp::Endpoint& endpoint, Transport& transport, MutBytes buffer)
      : endpoint_(endpoint), transport_(transport), buffer_(buffer) {}

  /// Moves what can be moved at `now`, until an event comes or nothing moves; reads at most once.
  nstp::Event run(Instant now);

  /// What to wait for.
  [[nodiscard]] bool wants_read() const { return !closed_ && !read_ended_ && input_.empty(); }
  [[nodiscard]] bool wants_write() const { return !closed_ && !write_ended_ && !endpoint_.outgoing().empty(); }
  /// When to call run() at the latest; none: only when the transport is ready. A moment that has passed means now.
  [[nodiscard]] std::optional<Instant> deadline() const;

  /// Whether it is over and the transport is closed.
  [[nodiscard]] bool finished() const { return closed_; }

 private:
  nstp::Event feed(Instant now);
  void write();
  void read();
  void wind_up(Instant now);

  nstp::Endpoint& endpoint_;
  Transport& transport_;
  MutBytes buffer_;
  /// Read and not yet taken: a part of buffer_.
  Bytes input_{};
  bool read_ended_ = false;
  bool write_ended_ = false;
  bool closed_ = false;
  /// Of delivering the last bytes.
  std::optional<Instant> wind_up_until_{};
};

}  // namespace pawl
