// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include <pawl/base/time.hpp>
#include <pawl/host/server/limits.hpp>
#include <pawl/host/server/observer.hpp>

namespace pawl::host {

/// The established sessions of a server, whatever carries them. There are no more of one user than the limits say
/// (PROTOCOL.md 14.1), none that is older than they say, and none of an enrolment that was replaced or removed.
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

  /// How often it is looked at the age of each session, and again at its user's enrolment.
  static constexpr Duration kCheckPeriod = seconds(5);

  /// Both outlive it, and the limits may change.
  OpenSessions(ServerObserver& observer, const Limits& limits) : observer_(observer), limits_(limits) {}
  OpenSessions(ServerObserver& observer, Limits&& limits) = delete;
  OpenSessions(const OpenSessions&) = delete;
  OpenSessions& operator=(const OpenSessions&) = delete;
  ~OpenSessions() = default;

  /// A session was established. It stays where it is until remove().
  void add(Session& session, Instant now);
  /// The session closes, or is closed. Nothing happens if it is not among them.
  void remove(const Session& session);

  /// Closes the sessions that are too old or whose enrolment is gone, and renews the tickets of the others, if it is
  /// time to look. Returns when it will be time again. None while there are no sessions.
  std::optional<Instant> check(Instant now);

 private:
  struct Entry {
    Session* session;
    /// When it is too old. It is what the limits said when the session was opened.
    Instant closes_at;
  };

  void make_room_for(const std::string& user);
  bool is_over(const Entry& entry, Instant now);

  ServerObserver& observer_;
  const Limits& limits_;
  std::multimap<std::string, Entry> sessions_{};
  Instant checked_{};
};

}  // namespace pawl::host
