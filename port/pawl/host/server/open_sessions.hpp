// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include <pawl/base/time.hpp>
#include <pawl/host/server/observer.hpp>

namespace pawl::host {

/// The established sessions of a server, whatever carries them. There are at most kPerUser of one user (PROTOCOL.md
/// 14.1), and none of an enrolment that was replaced or removed.
class OpenSessions {
 public:
  /// One of them.
  class Session {
   public:
    [[nodiscard]] virtual const PeerIdentity& identity() const = 0;
    /// When it was opened or its client last sent a message.
    [[nodiscard]] virtual Instant last_active() const = 0;
    /// Whether its user's enrolment is still the one by which it was opened.
    [[nodiscard]] virtual bool enrolment_current() const = 0;
    /// Gives its client another ticket, if it is time for one.
    virtual void renew_ticket(Instant now) = 0;
    /// Ends it in good order, and soon. What waits to be sent is dropped.
    virtual void dismiss(CloseReason reason) = 0;

   protected:
    ~Session() = default;
  };

  /// Sessions that one user may have at a time. Beyond it, the one idle longest is closed.
  static constexpr std::size_t kPerUser = 8;
  /// How often each user's enrolment is looked at again.
  static constexpr Duration kCheckPeriod = seconds(5);

  /// The observer outlives it.
  explicit OpenSessions(ServerObserver& observer) : observer_(observer) {}
  OpenSessions(const OpenSessions&) = delete;
  OpenSessions& operator=(const OpenSessions&) = delete;
  ~OpenSessions() = default;

  /// A session was established. It stays where it is until remove().
  void add(Session& session, Instant now);
  /// The session closes, or is closed. Nothing happens if it is not among them.
  void remove(const Session& session);

  /// Closes the sessions whose enrolment is gone, and renews the tickets of the others, if it is time to look. Returns
  /// when it will be time again. None while there are no sessions.
  std::optional<Instant> check(Instant now);

 private:
  ServerObserver& observer_;
  std::multimap<std::string, Session*> sessions_{};
  Instant checked_{};
};

}  // namespace pawl::host
