// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <pawl/session/event.hpp>

#include "message_source.hpp"
#include "reporter.hpp"

namespace pawl::app {

/// A client's session together with what carries it, a stream or datagrams: see Pump and DatagramPump, and Session and
/// DatagramClient, for what is not said here.
class Link {
 public:
  Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  virtual ~Link() = default;

  // The session.

  virtual Status start(Instant now) = 0;
  virtual Status provide(const ClientCredential& credential, Instant now) = 0;
  /// Sends the front of `fragment`; returns how much. AppError(usage) if it can never be sent.
  virtual Result<std::size_t> send(const Fragment& fragment, Instant now) = 0;
  virtual void close(Instant now) = 0;
  [[nodiscard]] virtual bool is_open() const = 0;

  // The loop.

  virtual Event run(Instant now) = 0;
  virtual void flush(Instant now) = 0;
  [[nodiscard]] virtual bool wants_read() const = 0;
  [[nodiscard]] virtual bool wants_write() const = 0;
  /// While the application takes events, and while it does not.
  [[nodiscard]] virtual std::optional<Instant> deadline() const = 0;
  [[nodiscard]] virtual std::optional<Instant> deadline_without_events() const = 0;
  [[nodiscard]] virtual bool finished() const = 0;
  /// To poll() for.
  [[nodiscard]] virtual int fd() const = 0;

  // What an unreliable link has besides.

  /// For how long a reply is waited for before it counts as lost; none if nothing is lost without the session's end.
  [[nodiscard]] virtual std::optional<Duration> reply_wait() const { return std::nullopt; }
  /// Says at the end what became of the datagrams.
  virtual void report(Reporter& /*reporter*/) const {}
  /// Whether the network said that nobody listens there.
  [[nodiscard]] virtual bool refused() const { return false; }
};

}  // namespace pawl::app
