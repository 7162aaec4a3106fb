// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include <pawl/host/server/open_sessions.hpp>

namespace pawl::host {

void OpenSessions::add(Session& session, Instant now) {
  if (sessions_.empty()) checked_ = now;
  const std::string& user = session.identity().user;
  sessions_.emplace(user, Entry{&session, now + seconds(limits_.lifetime)});
  while (sessions_.count(user) > limits_.sessions_per_user) make_room_for(user);
}

/// Closes the session of `user` that is idle longest.
void OpenSessions::make_room_for(const std::string& user) {
  const auto [first, last] = sessions_.equal_range(user);
  const auto idlest = std::min_element(first, last, [](const auto& a, const auto& b) {
    return a.second.session->last_active() < b.second.session->last_active();
  });
  Session& victim = *idlest->second.session;
  sessions_.erase(idlest);
  observer_.too_many_sessions(victim.identity());
  victim.dismiss(CloseReason::limit);
}

void OpenSessions::remove(const Session& session) {
  const auto [first, last] = sessions_.equal_range(session.identity().user);
  const auto found = std::find_if(first, last, [&](const auto& each) { return each.second.session == &session; });
  if (found != last) sessions_.erase(found);
}

/// Whether a session is not to go on. Says why.
bool OpenSessions::is_over(const Entry& entry, Instant now) {
  const Session& session = *entry.session;
  if (!session.enrolment_current()) {
    observer_.enrolment_gone(session.identity());
    return true;
  }
  if (now < entry.closes_at) return false;
  observer_.too_old(session.identity());
  return true;
}

std::optional<Instant> OpenSessions::check(Instant now) {
  if (sessions_.empty()) return std::nullopt;
  if (now < checked_ + kCheckPeriod) return checked_ + kCheckPeriod;
  checked_ = now;
  std::vector<Session*> over;
  std::erase_if(sessions_, [&](const auto& each) {
    const bool is_over = this->is_over(each.second, now);
    if (is_over) over.push_back(each.second.session);
    return is_over;
  });
  for (Session* session : over) session->dismiss(CloseReason::normal);
  for (const auto& [user, entry] : sessions_) entry.session->renew_ticket(now);
  return now + kCheckPeriod;
}

}  // namespace pawl::host
