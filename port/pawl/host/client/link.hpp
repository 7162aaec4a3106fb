// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <optional>

#include <pawl/host/client/message_source.hpp>
#include <pawl/host/client/observer.hpp>
#include <pawl/host/net/poller.hpp>
#include <pawl/session/event.hpp>

namespace pawl::host {

/// A client's session together with what carries it, a stream or datagrams, and its protocol. For what is not said
/// here, see Pump, DatagramPump and NstpPump, and Session, DatagramClient and nstp::Client.
class Link {
 public:
  Link() = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  virtual ~Link() = default;

  // The session.

  virtual Status start(Instant now) = 0;
  virtual Status provide(const ClientCredential& credential, Instant now) = 0;
  /// Whether send() may be called now. If not, it may be when deadline() has come, or after the next event.
  [[nodiscard]] virtual bool takes_messages(Instant /*now*/) const { return true; }
  /// Sends the front of `fragment`. Returns how much. Error::too_long if it is longer than longest_message().
  virtual Result<std::size_t> send(const Fragment& fragment, Instant now) = 0;
  [[nodiscard]] virtual std::size_t longest_message() const { return std::numeric_limits<std::size_t>::max(); }
  virtual void close(Instant now) = 0;
  [[nodiscard]] virtual bool is_open() const = 0;

  // The loop.

  virtual Event run(Instant now) = 0;
  virtual void flush(Instant now) = 0;
  [[nodiscard]] virtual bool wants_read() const = 0;
  [[nodiscard]] virtual bool wants_write() const = 0;
  /// When to call run() at the latest, and when to call flush() while the application takes no events.
  [[nodiscard]] virtual std::optional<Instant> deadline() const = 0;
  [[nodiscard]] virtual std::optional<Instant> deadline_without_events() const = 0;
  [[nodiscard]] virtual bool finished() const = 0;
  /// The descriptor to wait for.
  [[nodiscard]] virtual int fd() const = 0;
  /// See DatagramPort.
  [[nodiscard]] virtual unsigned fd_changes() const { return 0; }

  /// The application takes no events now. See Session::not_listening().
  virtual void not_listening(Instant /*now*/) {}

  // What an unreliable link has besides.

  /// For how long a reply is waited for before it counts as lost. None if nothing is lost without the session's end.
  [[nodiscard]] virtual std::optional<Duration> reply_wait() const { return std::nullopt; }
  /// Tells what has become of the line since the last time.
  virtual void tend(Instant /*now*/, ClientObserver& /*observer*/) {}
  /// What became of the datagrams. None if nothing can be lost.
  [[nodiscard]] virtual std::optional<LinkReport> report() const { return std::nullopt; }
  /// Whether the network said that nobody listens there.
  [[nodiscard]] virtual bool refused() const { return false; }
};

}  // namespace pawl::host
