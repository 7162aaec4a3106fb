// SPDX-License-Identifier: Apache-2.0
/// The public header of Pawl for servers on a computer.
///
///     Epoll epoll;
///     EventLoop loop(clock, epoll);
///     Server server({loop, random, observer, gateway}, options);
///     server.listen(std::move(listener), users);      // as many ways in as there are to be
///     while (!server.stopped()) loop.turn();          // until somebody calls server.stop()
///
/// It is for one thread, that of its loop.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <pawl/host/server/frontend.hpp>
#include <pawl/host/server/nstp_connection.hpp>
#include <pawl/host/server/server_context.hpp>

namespace pawl::host {

/// A server of Pawl, and of NSTP if it is told to. Admission, limits and reports are the same whatever way a client
/// comes in by.
class Server final : private EventLoop::Handler {
 public:
  /// What is in `world` outlives it.
  Server(const ServerWorld& world, const ServerOptions& options);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  /// Listens, and lets in those who speak Pawl. `users`, which outlive it, say who they may be. Fails as
  /// UserStore::enumeration_key() does, and with Kind::core if that key is not usable. With options.keep_tickets_by
  /// also as TicketKeyStore::take_up(), and with Kind::store_key if the store keeps no keys of tickets.
  FailureOr<> listen(std::unique_ptr<StreamListener> listener, const UserStore& users);
  /// The same over datagrams. Kind::idle_needed besides if options.idle is 0.
  FailureOr<> listen(std::unique_ptr<DatagramPort> port, const UserStore& users);
  /// Listens, and lets in those who speak NSTP. Kind::no_users.
  FailureOr<> listen(std::unique_ptr<StreamListener> listener, const NstpUsers& users);

  /// From now on `limits` and `idle` hold instead of those of the options, for all that comes. Sessions that are open
  /// go on. Kind::idle_needed as listen(), and then nothing has changed.
  FailureOr<> set_limits(const Limits& limits, std::uint16_t idle);

  /// Lets nobody in any more, and closes all sessions in good order, for which they have five seconds.
  void stop();
  /// Whether stop() was called and all is over.
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  void on_ready(Instant now) override;
  void watch(Instant next);
  [[nodiscard]] FailureOr<std::unique_ptr<PawlService>> service_for(const UserStore& users);

  ServerContext context_;
  std::vector<std::unique_ptr<PawlService>> services_;
  std::vector<std::unique_ptr<NstpService>> nstp_services_;
  std::vector<std::unique_ptr<Frontend>> frontends_;
  bool has_datagrams_ = false;
  std::optional<Instant> stop_by_{};
  bool stopped_ = false;
  EventLoop::Watch watch_;
};

}  // namespace pawl::host
