// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include <pawl/handshake/credential.hpp>
#include <pawl/host/client/link.hpp>
#include <pawl/host/client/message_source.hpp>
#include <pawl/host/client/observer.hpp>
#include <pawl/host/client/reply_sink.hpp>
#include <pawl/host/net/event_loop.hpp>

namespace pawl::host {

/// What a client talks through and with. All of it outlives the client.
struct ClientContext {
  EventLoop& loop;
  ClientObserver& observer;
  MessageSource& source;
  ReplySink& output;
  /// Derives the credential of the session, which outlives the client, from a password.
  std::function<FailureOr<const ClientCredential*>(const DerivationWanted&)> derive;
  /// Keeps the ticket that a server has sent. Empty in a client without tickets.
  std::function<void(const TicketReceived&)> keep_ticket;
};

/// One session with a server, from the handshake to the end of the connection. It sends what the source gives, puts out
/// what comes, and closes when all messages are answered or somebody asks for it. Its owner turns the loop until
/// done().
class Client final : private EventLoop::Handler {
 public:
  /// How it all ended.
  struct Outcome {
    Closed closed;
    /// What ended the session from this side before its time. It is an input or output that failed, for example.
    std::optional<Failure> failure{};
    /// stop() ended it before its time.
    bool stopped = false;
    /// The session was closed by this side, with nothing left to do.
    bool complete = false;
    std::uint64_t sent = 0;
    std::uint64_t answered = 0;
    /// Messages whose reply is no longer waited for, because a datagram was lost.
    std::uint64_t unanswered = 0;
    /// The network said that nobody listens there.
    bool nobody_there = false;
    /// What became of the datagrams, over an unreliable link.
    std::optional<LinkReport> link{};
  };

  /// The link was not started yet. All outlive the client.
  Client(ClientIdentity identity, Link& link, const ClientContext& context);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() = default;

  /// Begins.
  void start();
  /// Ends the session in good order, before its time.
  void stop();
  /// Whether all is over. Then outcome() says how.
  [[nodiscard]] bool done() const { return done_; }
  [[nodiscard]] const Outcome& outcome() const { return outcome_; }

 private:
  /// Reads the source. It is a handler of its own, because only its own descriptor tells that there is something to
  /// read.
  class InputReader final : public EventLoop::Handler {
   public:
    explicit InputReader(Client& client) : client_(client) {}
    void on_ready(Instant now) override;

   private:
    Client& client_;
  };

  void on_ready(Instant now) override;
  void converse();
  void receive();
  void send();
  bool send_fragment(const Fragment& fragment);
  void miss_reply();
  void close_when_done();
  /// Ends the session unless `done` is ok.
  bool require(const FailureOr<>& done);
  void give_up();
  void wait();
  [[nodiscard]] Instant now() const { return context_.loop.clock().now(); }
  [[nodiscard]] bool gave_up() const { return outcome_.failure || outcome_.stopped; }
  /// Who does not read the replies holds up the session, except for its end. Over datagrams, of which each is answered
  /// before the next is sent, that holds up only the sending.
  [[nodiscard]] bool unread() const { return context_.output.busy() && !gave_up(); }
  [[nodiscard]] bool held_up() const { return unread() && !link_.reply_wait(); }

  void on(const DerivationWanted& event);
  void on(const TicketReceived& event) {
    if (context_.keep_ticket) context_.keep_ticket(event);
  }
  void on(const Established& event);
  void on(const Message& event);
  void on(const Closed& event);
  static void on(std::monostate /*no event*/) {}
  static void on(const CredentialWanted& /*a server's*/) {}

  ClientIdentity identity_;
  Link& link_;
  const ClientContext& context_;
  Outcome outcome_{};
  /// When the reply to the last message counts as lost, if replies may be lost.
  std::optional<Instant> reply_by_{};
  /// A close was asked for.
  bool closing_ = false;
  bool done_ = false;
  /// Of the link, when its descriptor was last asked for.
  unsigned fd_changes_ = 0;
  InputReader reader_;
  EventLoop::Watch link_watch_;
  EventLoop::Watch input_watch_;
  EventLoop::Watch output_watch_;
};

}  // namespace pawl::host
