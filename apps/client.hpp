// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <pawl/handshake/initiator.hpp>
#include <pawl/port/posix/clock.hpp>
#include <pawl/port/posix/random.hpp>
#include <pawl/port/posix/tcp.hpp>
#include <pawl/port/pump.hpp>

#include "buffer_pool.hpp"
#include "exit_code.hpp"
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
  };

  /// `socket` is connected.
  Client(const ClientSettings& settings, Descriptor socket, const ClientContext& context);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() = default;

  Outcome run();

 private:
  void converse();
  void receive();
  void send();
  void close_when_done();
  void give_up(const AppError& failure);
  void wait();
  [[nodiscard]] bool done() const;

  void on(const DerivationWanted& event);
  void on(const Established& event);
  void on(const Message& event);
  void on(const Closed& event);
  template <class Other>
  void on(const Other& /*a server's event*/) {}

  const ClientSettings& settings_;
  const ClientContext& context_;
  MonotonicClock clock_;
  SystemRandom random_;
  std::unique_ptr<Buffers> buffers_ = std::make_unique<Buffers>();
  TcpTransport transport_;
  Session session_;
  Pump pump_;
  PollSet polls_;
  Outcome outcome_;
  /// A close was asked for.
  bool closing_ = false;
};

}  // namespace pawl::app
