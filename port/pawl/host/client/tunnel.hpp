// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pawl/base/address.hpp>
#include <pawl/base/random.hpp>
#include <pawl/host/client/login.hpp>
#include <pawl/host/client/observer.hpp>
#include <pawl/host/client/session_settings.hpp>
#include <pawl/host/net/endpoint.hpp>
#include <pawl/host/net/event_loop.hpp>
#include <pawl/port/posix/tcp.hpp>

namespace pawl::host {

/// What a tunnel is given and does not own. All of it outlives the tunnel.
struct TunnelContext {
  EventLoop& loop;
  Random& random;
  ClientObserver& observer;
  ClientLogin& login;
  /// Is told why a connection could not be carried.
  std::function<void(const Failure&)> failed;
};

/// The client's end of a tunnel, whose other end is Forward. Each connection that comes in has a session of its own,
/// and each direction is one message, whose end is the end of that direction. A session that is cut resets its
/// connection.
///
/// The first session is by the login, which may take a derivation. So the next connection is accepted once that session
/// is open. Later sessions are by ticket if the server gives tickets.
class Tunnel final : private EventLoop::Handler {
 public:
  /// Connections at a time. Others wait until one ends.
  static constexpr std::size_t kMost = 1024;

  /// Carries what comes to `listeners` to the server. `idle` is as in ClientSettings.
  Tunnel(const TunnelContext& context, std::vector<TcpListener> listeners, Endpoint server, std::uint16_t idle);
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;
  ~Tunnel();

  /// Accepts nothing more, and cuts the connections that are there.
  void stop();
  /// Whether it has stopped, and all sessions are over.
  [[nodiscard]] bool stopped() const { return stopping_ && connections_.empty(); }
  /// The server did not take the login, and so never will. The tunnel has begun to stop.
  [[nodiscard]] bool refused() const { return refused_; }

 private:
  class Connection;
  class Door;

  void on_ready(Instant now) override;
  void accept(TcpListener& listener);
  void watch_doors();
  [[nodiscard]] bool accepts() const;
  /// The server's addresses, which are looked up anew after they have failed.
  PosixResult<std::vector<Address>> addresses();
  void wake() { watch_.wait_for(-1, Interest::none, at_once()); }

  const TunnelContext& context_;
  Endpoint server_;
  std::uint16_t idle_;
  std::vector<Address> addresses_{};
  NextTicket next_ticket_{};
  std::vector<std::unique_ptr<Door>> doors_;
  std::list<std::unique_ptr<Connection>> connections_;
  /// A session has been open, so that the credential is derived.
  bool proved_ = false;
  /// The system has no descriptor for another connection. None is accepted for a moment.
  bool paused_ = false;
  bool refused_ = false;
  bool stopping_ = false;
  EventLoop::Watch watch_;
};

}  // namespace pawl::host
