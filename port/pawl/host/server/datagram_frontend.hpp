// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include <pawl/host/net/datagram_port.hpp>
#include <pawl/host/server/frontend.hpp>
#include <pawl/host/server/peer.hpp>
#include <pawl/port/datagram_server_pump.hpp>

namespace pawl::host {

/// The way in over datagrams. It is one UDP socket or one serial line, and a fixed number of places for sessions, with
/// the limits of PROTOCOL.md 14.
class DatagramFrontend final : public Frontend, private EventLoop::Handler {
 public:
  /// The context and the service outlive it. `service` is for it alone, because the longest record of `port` is put
  /// into its settings. Call start().
  DatagramFrontend(ServerContext& context, PawlService& service, std::unique_ptr<DatagramPort> port);
  ~DatagramFrontend() override;

  /// Begins. Kind::core for settings out of range or a random source that failed.
  FailureOr<> start();

  void stop(Instant now) override;
  [[nodiscard]] bool stopped() const override;
  void finish() override;

 private:
  static constexpr std::size_t kWindow = 1024;

  /// A session with its buffers.
  struct BufferedSession {
    BufferedSession(const ServerSettings& settings, Random& random, std::size_t longest);
    std::vector<std::uint8_t> tx;
    std::vector<std::uint32_t> windows;
    DatagramServerSession session;
  };
  class DatagramPeer;

  std::vector<DatagramServerSession*> make_sessions(std::size_t count);
  void on_ready(Instant now) override;
  [[nodiscard]] std::size_t most_half_open() const;
  void tend(Instant now);
  void step(Instant now);
  void note_garbled();
  void watch();

  void on(std::size_t place, const CredentialWanted& event, Instant now);
  void on(std::size_t place, const Established& event, Instant now);
  void on(std::size_t place, const Message& event, Instant now);
  void on(std::size_t place, const Closed& event, Instant now);
  static void on(std::size_t /*place*/, std::monostate /*no event*/, Instant /*now*/) {}
  static void on(std::size_t /*place*/, const DerivationWanted& /*a client's*/, Instant /*now*/) {}
  static void on(std::size_t /*place*/, const TicketReceived& /*a client's*/, Instant /*now*/) {}

  ServerContext& context_;
  PawlService& service_;
  std::unique_ptr<DatagramPort> port_;
  /// All of them, made at the start, so that memory is bounded from then on.
  std::deque<BufferedSession> buffered_;
  std::vector<DatagramServerSession*> sessions_;
  DatagramServer server_;
  std::vector<std::uint8_t> buffer_;
  std::vector<std::uint8_t> early_;
  DatagramServerPump pump_;
  /// What the server knows of the peer at each place.
  std::vector<std::unique_ptr<DatagramPeer>> peers_;
  /// Places with something that waits to be sent or closed.
  std::set<std::size_t> waiting_;
  /// Some of them were not looked at yet.
  bool woken_ = false;
  /// The counters of the sessions that have ended.
  LinkCounters ended_{};
  /// The number of altered packets from which on it is said.
  std::uint64_t garbled_ = 4;
  bool stopping_ = false;
  EventLoop::Watch watch_;
};

}  // namespace pawl::host
