// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <pawl/port/datagram_server_pump.hpp>
#include <pawl/port/posix/clock.hpp>
#include <vector>

#include "datagram_port.hpp"
#include "exit_code.hpp"
#include "guest.hpp"
#include "poll_set.hpp"
#include "stop_signal.hpp"

namespace pawl::app {

/// The server over datagrams: one UDP socket, or one serial line, and a fixed number of places for sessions, with the
/// limits of PROTOCOL.md 14.
class DatagramHost {
 public:
  /// Listens already. AppError: usage for an address that cannot be listened on or for options that datagrams do not
  /// allow, port_in_use, io for files; for a serial line as SerialLinePort.
  DatagramHost(const ServeOptions& options, Reporter& reporter);

  /// Serves until a signal comes, then closes the sessions in good order. AppError(io) if reports can no longer be
  /// written.
  ExitCode run();

 private:
  static constexpr std::size_t kWindow = 1024;

  /// A session with its buffers.
  struct Room {
    Room(const ServerContext& context, Random& random, std::size_t longest);
    std::vector<std::uint8_t> tx;
    std::vector<std::uint32_t> windows;
    DatagramServerSession session;
  };
  /// The application's side of a session.
  struct Seat {
    std::unique_ptr<Guest> guest;
    /// One of the places for handshakes, held by those whose address has been shown; given up once open.
    std::unique_ptr<HalfOpenLimit::Place> place;
    /// What could not be sent yet. Meanwhile other answers are lost, as datagrams may be.
    std::optional<Answer> answer;
  };

  std::vector<DatagramServerSession*> make_sessions(std::size_t count);
  void wait();
  void step();
  bool enter(std::size_t place);
  void answer(std::size_t place, Answer answer);
  bool deliver(std::size_t place);
  void limit_sessions(std::size_t newcomer);
  void begin_stop();
  [[nodiscard]] bool stopped();
  void report_counters();

  void on(std::size_t place, const CredentialWanted& event);
  void on(std::size_t place, const Established& event);
  void on(std::size_t place, const Message& event);
  void on(std::size_t place, const Closed& event);
  static void on(std::size_t /*place*/, std::monostate /*no event*/) {}
  static void on(std::size_t /*place*/, const DerivationWanted& /*a client's*/) {}

  Reporter& reporter_;
  MonotonicClock clock_;
  StopSignal stop_signal_;
  ServerContext context_;
  std::unique_ptr<DatagramPort> port_;
  /// All places, made at the start: memory is bounded from then on.
  std::deque<Room> rooms_;
  std::vector<DatagramServerSession*> sessions_;
  std::vector<Seat> seats_;
  DatagramServer server_;
  std::vector<std::uint8_t> buffer_;
  std::vector<std::uint8_t> early_;
  DatagramServerPump pump_;
  /// Places with an answer that waits.
  std::vector<std::size_t> waiting_;
  /// Of the sessions that have ended.
  LinkCounters ended_;
  PollSet polls_;
  std::optional<Instant> stop_by_;
};

/// Serves as the options say, over TCP or over datagrams.
ExitCode serve(const ServeOptions& options, Reporter& reporter);

}  // namespace pawl::app
