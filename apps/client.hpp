// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <pawl/handshake/initiator.hpp>
#include <pawl/port/posix/clock.hpp>

#include "exit_code.hpp"
#include "link.hpp"
#include "message_source.hpp"
#include "poll_set.hpp"
#include "reply_output.hpp"
#include "reporter.hpp"
#include "stop_signal.hpp"

namespace pawl::app {

/// What a client talks through and with; all of it outlives the client.
struct ClientContext {
  Reporter& reporter;
  const StopSignal& stop_signal;
  MessageSource& source;
  ReplyOutput& output;
  /// Derives the credential of the session, which outlives the client, from a password.
  std::function<const ClientCredential&(const DerivationWanted&)> derive;
};

/// One session with a server, from the handshake to the end of the connection: sends what the source gives, puts out
/// what comes, and closes when all messages are answered or a signal asks for it.
class Client {
 public:
  struct Outcome {
    Closed closed;
    /// What ended the session from this side before its time: a signal, or an input or output that failed.
    std::optional<AppError> failure;
    /// The session was closed by this side, with nothing left to do.
    bool complete = false;
    std::uint64_t sent = 0;
    std::uint64_t answered = 0;
    /// Given up waiting for, because a datagram was lost.
    std::uint64_t unanswered = 0;
    /// The network said that nobody listens there.
    bool nobody_there = false;
  };

  /// The settings are those of the link's session, which was not started yet. All outlive the client.
  Client(const ClientSettings& settings, Link& link, const ClientContext& context)
      : settings_(settings), link_(link), context_(context) {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() = default;

  Outcome run();

 private:
  void converse();
  void receive();
  void send();
  void miss_reply();
  void close_when_done();
  void give_up(const AppError& failure);
  void wait();
  [[nodiscard]] bool done() const;

  void on(const DerivationWanted& event);
  void on(const Established& event);
  void on(const Message& event);
  void on(const Closed& event);
  static void on(std::monostate /*no event*/) {}
  static void on(const CredentialWanted& /*a server's*/) {}

  const ClientSettings& settings_;
  Link& link_;
  const ClientContext& context_;
  MonotonicClock clock_;
  PollSet polls_;
  Outcome outcome_;
  /// When the reply to the last message counts as lost, if replies may be lost.
  std::optional<Instant> reply_by_;
  /// A close was asked for.
  bool closing_ = false;
};

}  // namespace pawl::app
