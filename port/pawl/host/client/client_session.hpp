// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <pawl/host/base/message_queue.hpp>
#include <pawl/host/client/link.hpp>
#include <pawl/host/client/observer.hpp>
#include <pawl/host/net/event_loop.hpp>

namespace pawl::host {

/// A session of a client whose application speaks when it likes to, from the handshake to the end of the connection. No
/// call waits for anything, and none calls the user back.
class ClientSession final : private EventLoop::Handler {
 public:
  /// The one whose session it is. Calls come from the loop.
  class User {
   public:
    /// As ClientLogin::derive(). After a failure the session is abandoned.
    virtual FailureOr<const ClientCredential*> derive(const DerivationWanted& wanted) = 0;
    virtual void opened() = 0;
    /// The next fragment of a message, which `last` ends.
    virtual void take(Bytes fragment, bool last) = 0;
    /// All that was sent is on its way, after the session was full().
    virtual void drained() = 0;
    virtual void keep(const TicketReceived& ticket) = 0;
    /// The session and its connection are over. The user may end the session in this call.
    virtual void ended(Closed how) = 0;

   protected:
    ~User() = default;
  };

  /// From so many bytes on that wait to be sent, it is full().
  static constexpr std::size_t kQueue = 65536;

  /// Begins. The link was not started yet. The loop, the observer and the user outlive the session.
  ClientSession(EventLoop& loop, ClientObserver& observer, User& user, ClientIdentity identity,
                std::unique_ptr<Link> link);
  ClientSession(const ClientSession&) = delete;
  ClientSession& operator=(const ClientSession&) = delete;
  ~ClientSession() = default;

  /// Sends the next part of a message, which `last` ends, as soon as the session is open. False if full(), and then
  /// nothing was taken.
  bool send(std::string part, bool last);
  [[nodiscard]] bool full() const { return queue_.full(); }
  /// Whether messages are wanted. They are at first.
  void listen(bool wanted);
  /// Ends it in good order, after all that was sent before. A handshake is abandoned.
  void close();
  [[nodiscard]] bool is_open() const { return link_->is_open() && !closing_; }

 private:
  void on_ready(Instant now) override;
  bool attend(Instant now);
  void deliver(Instant now);
  void wake();
  void wait();
  [[nodiscard]] bool takes_events() const { return listens_ || closing_; }

  void on(const DerivationWanted& event, Instant now);
  void on(const TicketReceived& event, Instant /*now*/) { user_.keep(event); }
  void on(const Established& event, Instant now);
  void on(const Message& event, Instant now);
  void on(const Closed& event, Instant now);
  static void on(std::monostate /*no event*/, Instant /*now*/) {}
  static void on(const CredentialWanted& /*a server's*/, Instant /*now*/) {}

  ClientObserver& observer_;
  User& user_;
  ClientIdentity identity_;
  std::unique_ptr<Link> link_;
  MessageQueue queue_{kQueue};
  bool listens_ = true;
  bool tells_drained_ = false;
  bool close_wanted_ = false;
  bool closing_ = false;
  bool in_turn_ = false;
  bool woken_ = false;
  Closed closed_{};
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
  unsigned fd_changes_ = 0;
  EventLoop::Watch watch_;
};

}  // namespace pawl::host
