// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include <pawl/host/base/message_queue.hpp>
#include <pawl/host/server/message_meter.hpp>
#include <pawl/host/server/open_sessions.hpp>
#include <pawl/host/server/server_context.hpp>
#include <pawl/host/server/session_credential.hpp>

namespace pawl::host {

/// What a server knows of one client and does for it, whatever carries the session and whatever protocol it speaks. It
/// admits the client, hands messages from and to its handler, counts and reports.
class Peer : public OpenSessions::Session, public ServerSession {
 public:
  /// The context outlives the peer.
  Peer(ServerContext& context, PeerIdentity identity, Instant now)
      : context_(context), identity_(std::move(identity)), queue_(context.options.queue), last_active_(now) {}
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  virtual ~Peer();

  [[nodiscard]] const PeerIdentity& identity() const final { return identity_; }
  [[nodiscard]] Instant last_active() const final { return last_active_; }
  [[nodiscard]] bool enrolment_current() const final;
  /// Nothing by default, since not every protocol has tickets.
  void renew_ticket(Instant /*now*/) override {}
  /// Whether both sides have proved themselves. It stays true afterwards.
  [[nodiscard]] bool was_established() const { return established_; }

  // For the handler.
  bool send(std::string part, bool last) final;
  [[nodiscard]] bool full() const final { return queue_.full(); }
  void listen(bool wanted) final;
  void close(CloseReason reason) final;
  void fail(const Failure& failure) final;
  void dismiss(CloseReason reason) final;

 protected:
  /// As UserStore::version() gives for a user.
  using Version = std::optional<std::uint64_t>;

  /// The client says who it is. Returns the seconds to refuse it with, or 0 if its user is to be looked up.
  std::uint16_t admit(Bytes user, Kind kind, Mode mode, Instant now);
  /// Looks the user up whom the client names or whose ticket it shows. Returns the seconds to refuse it with, or 0.
  std::uint16_t look_up(SessionCredential& credential, const CredentialWanted& wanted, Instant now);
  /// The user's enrolment cannot be read. Returns the seconds to refuse the client with. It counts against nobody.
  std::uint16_t cannot_look_up(const Failure& failure);
  /// Its enrolment holds secrets that everybody on the machine may read, unless `path` is empty.
  void note_exposed(const std::filesystem::path& path);
  /// The same as prove(), for the user whom look_up() has found or not found.
  void prove(const SessionCredential& credential);
  /// The client gets the server's proof now. `enrolled` is the mode of its user's enrolment, if there is one that has
  /// modes.
  void prove(std::optional<Mode> enrolled);

  /// The session is open. If it has no handler, it is dismissed.
  void establish(Instant now);
  /// Hands it to the handler. If that cannot take it, the session is dismissed.
  void take(Bytes fragment, bool last, Instant now);
  /// To be called after something of the queue was sent. Tells the handler if it waits for that.
  void tell_drained();
  /// The session, or its handshake, is over.
  void end(const Closed& closed, std::uint32_t dropped, Instant now);
  /// Somebody else got its place.
  void report_evicted();

  /// Goes on soon, because there is something to send, to take or to close.
  virtual void wake() = 0;
  /// What waits to be sent.
  [[nodiscard]] MessageQueue& queue() { return queue_; }
  [[nodiscard]] const MessageQueue& queue() const { return queue_; }
  /// Finds out whether the client has sent too much to be listened to now. To be called before each event is taken.
  void measure(Instant now) { held_until_ = meter_.held_until(now); }
  /// Until when nobody listens to the client for that. None if somebody does.
  [[nodiscard]] std::optional<Instant> held_until() const { return held_until_; }
  /// Whether messages are taken.
  [[nodiscard]] bool listens() const { return listens_ && !held_until_; }
  /// Whether the session is to be closed now, and why.
  [[nodiscard]] std::optional<CloseReason> to_close() const { return queue_.empty() ? close_reason_ : std::nullopt; }

  /// The present version of its user's enrolment.
  [[nodiscard]] virtual Version version() const = 0;

  [[nodiscard]] ServerContext& context() const { return context_; }

 private:
  void report_closed(const Closed& closed, std::uint32_t dropped);
  void report_refused(const Closed& closed);

  ServerContext& context_;
  PeerIdentity identity_;
  /// Why it would be refused.
  Refusal refusal_{};
  /// The version of the enrolment by which the session was opened.
  Version version_ = 0;
  std::unique_ptr<SessionHandler> handler_{};
  MessageQueue queue_;
  bool established_ = false;
  bool ended_ = false;
  bool listens_ = true;
  /// The queue was full, and the handler waits until it is empty.
  bool tells_drained_ = false;
  std::optional<CloseReason> close_reason_{};
  MessageMeter meter_{context_.options.limits};
  std::optional<Instant> held_until_{};
  Instant last_active_;
  std::uint64_t messages_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace pawl::host
