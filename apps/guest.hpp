// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <pawl/port/posix/peer_address.hpp>
#include <pawl/session/event.hpp>
#include <string>

#include "server_context.hpp"

namespace pawl::app {

/// What a server knows of one client and does for it, whatever carries the session: it admits the client, looks its
/// user up, takes its messages, and reports.
class Guest {
 public:
  /// The context outlives the guest.
  Guest(ServerContext& context, PeerAddress peer, Instant now)
      : context_(context), peer_(std::move(peer)), last_active_(now) {}
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;
  ~Guest() = default;

  /// The seconds to refuse the client with; or 0, and record() is what to provide.
  std::uint16_t admit(const CredentialWanted& event, Instant now);
  /// The user's record; null if there is no such user. It stays until the guest goes, without its secrets once the
  /// session is open.
  [[nodiscard]] const ServerRecord* record() const { return record_ ? &record_->record : nullptr; }
  void on(const Established& event, Instant now);
  /// What to answer; none if the message cannot be taken: then the session is to be closed, with CloseReason::limit.
  std::optional<Answer> on(const Message& event, Instant now);
  void on(const Closed& event, Instant now);

  [[nodiscard]] const PeerAddress& peer() const { return peer_; }
  /// The user, as the client says, or, once established, has proved.
  [[nodiscard]] const std::string& user() const { return user_; }
  /// Whether both sides have proved themselves; also afterwards.
  [[nodiscard]] bool established() const { return sink_ != nullptr; }
  /// When the session was opened or its client last sent a message.
  [[nodiscard]] Instant last_active() const { return last_active_; }

 private:
  std::unique_ptr<StoredRecord> look_up(Bytes user);
  void report_refused(const Closed& closed);
  void report_closed(const Closed& closed);

  ServerContext& context_;
  PeerAddress peer_;
  std::string user_;
  Kind kind_ = Kind::password;
  Mode mode_ = Mode::psk;
  std::unique_ptr<StoredRecord> record_;
  std::unique_ptr<MessageSink> sink_;
  Instant last_active_;
  std::uint64_t messages_ = 0;
  std::uint64_t bytes_ = 0;
};

/// PROTOCOL.md 14.1: of the guests whose sessions are open, the one to be closed because its user has too many, the one
/// idle longest; or null. `guest_of` gives the guest of an element of `all` if its session is open, else null.
template <class All, class GuestOf>
auto one_too_many(All& all, const Guest& newcomer, GuestOf guest_of) -> decltype(&*all.begin()) {
  std::size_t count = 0;
  decltype(&*all.begin()) idlest = nullptr;
  for (auto& each : all) {
    const Guest* guest = guest_of(each);
    if (guest == nullptr || guest->user() != newcomer.user()) continue;
    ++count;
    if (idlest == nullptr || guest->last_active() < guest_of(*idlest)->last_active()) idlest = &each;
  }
  return count > kSessionsPerUser ? idlest : nullptr;
}

/// What is said of it.
inline std::string too_many_sessions() {
  return "More than " + std::to_string(kSessionsPerUser) + " sessions of one user: closing the one idle longest.";
}

}  // namespace pawl::app
