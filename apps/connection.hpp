// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <pawl/handshake/responder.hpp>
#include <pawl/port/posix/tcp.hpp>
#include <pawl/port/pump.hpp>

#include "guest.hpp"

namespace pawl::app {

/// A client of the server, from accept() to the end of its transport. It has buffers only while something is on its
/// way, so that a thousand idle ones need next to nothing.
class Connection {
 public:
  Connection(ServerContext& context, TcpConnection&& accepted, std::unique_ptr<HalfOpenLimit::Place> place,
             Instant now);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// Goes on when the socket is ready or deadline() has come. Does a bounded amount of work, one scalar multiplication
  /// at most; what remains to be done makes deadline() a moment of the past.
  void step(Instant now);
  /// Ends the session in good order. What it is in the middle of answering is not finished.
  void close(Instant now, CloseReason reason);

  /// What to wait for; nothing but a deadline that has come, once finished.
  [[nodiscard]] int fd() const { return transport_.fd(); }
  [[nodiscard]] int wanted_events() const;
  [[nodiscard]] std::optional<Instant> deadline() const;
  /// Whether the transport is closed and nothing remains to be done.
  [[nodiscard]] bool finished() const { return fd() < 0; }

  /// Whether both sides have proved themselves and nobody has begun to close.
  [[nodiscard]] bool is_open() const { return phase_ == Phase::open; }
  [[nodiscard]] const Guest& guest() const { return guest_; }

 private:
  enum class Phase : std::uint8_t { handshake, open, closing };

  void attach();
  void detach_if_idle();
  bool deliver(Instant now);
  void on(const CredentialWanted& event, Instant now);
  void on(const Established& event, Instant now);
  void on(const Message& event, Instant now);
  void on(const Closed& event, Instant now);
  static void on(std::monostate /*no event*/, Instant /*now*/) {}
  static void on(const DerivationWanted& /*a client's*/, Instant /*now*/) {}

  ServerContext& context_;
  TcpTransport transport_;
  Guest guest_;
  /// Given up once open; a failed handshake keeps it to the end of its connection.
  std::unique_ptr<HalfOpenLimit::Place> place_;
  Phase phase_ = Phase::handshake;
  /// What is left of the answer to the last Message. Until it is sent, no other event is taken: this is what holds up a
  /// client who sends and does not read.
  std::optional<Answer> answer_;

  /// Both are there, or neither.
  std::unique_ptr<Buffers> buffers_;
  std::optional<Pump> pump_;
  Session session_;
};

}  // namespace pawl::app
