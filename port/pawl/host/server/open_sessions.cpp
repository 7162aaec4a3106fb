// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include <pawl/host/server/open_sessions.hpp>

namespace pawl::host {

void OpenSessions::add(Session& session, Instant now) {
  if (sessions_.empty()) checked_ = now;
  const std::string& user = session.identity().user;
  sessions_.emplace(user, &session);
  if (sessions_.count(user) <= kPerUser) return;
  const auto [first, last] = sessions_.equal_range(user);
  const auto idlest = std::min_element(
      first, last, [](const auto& a, const auto& b) { return a.second->last_active() < b.second->last_active(); });
  Session& victim = *idlest->second;
  sessions_.erase(idlest);
  observer_.too_many_sessions(victim.identity());
  victim.dismiss(CloseReason::limit);
}

void OpenSessions::remove(const Session& session) {
  const auto [first, last] = sessions_.equal_range(session.identity().user);
  const auto found = std::find_if(first, last, [&](const auto& each) { return each.second == &session; });
  if (found != last) sessions_.erase(found);
}

std::optional<Instant> OpenSessions::check(Instant now) {
  if (sessions_.empty()) return std::nullopt;
  if (now < checked_ + kCheckPeriod) return checked_ + kCheckPeriod;
  checked_ = now;
  std::vector<Session*> gone;
  std::erase_if(sessions_, [&](const auto& each) {
    const bool current = each.second->enrolment_current();
    if (!current) gone.push_back(each.second);
    return !current;
  });
  for (Session* session : gone) {
    observer_.enrolment_gone(session->identity());
    session->dismiss(CloseReason::normal);
  }
  for (const auto& [user, session] : sessions_) session->renew_ticket(now);
  return now + kCheckPeriod;
}

}  // namespace pawl::host
