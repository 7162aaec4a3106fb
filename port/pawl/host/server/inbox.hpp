// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include <pawl/host/net/event_loop.hpp>
#include <pawl/host/server/observer.hpp>
#include <pawl/host/server/session_handler.hpp>
#include <pawl/host/store/inbox_file.hpp>

namespace pawl::host {

/// Keeps each message in a database, and answers only once it is on the disk. What several sessions have sent in one
/// turn of the loop goes there together, so that the disk is waited for once.
///
/// A message of an outbox is kept once however often it comes, and answered by its header (INBOX.md). Any other is
/// answered "Server stored: N", by its number in the database. If nothing can be kept, nobody is answered, and the
/// sessions that wait for an answer are closed.
class Inbox final : public Gateway, private EventLoop::Handler {
 public:
  /// For how long messages wait while another program keeps the file locked.
  static constexpr Duration kLockPatience = seconds(5);

  /// The loop and the observer outlive it.
  Inbox(InboxFile file, EventLoop& loop, ServerObserver& observer);

  FailureOr<std::unique_ptr<SessionHandler>> open(ServerSession& session) override;

 private:
  class Handler;

  void add(Handler& handler, InboxMessage message);
  /// The handler ends. What it has added is kept nevertheless.
  void forget(const Handler& handler);
  void on_ready(Instant now) override;
  /// Whether to try again later, because the file is locked and was not for too long.
  bool waits_for_lock(const FailureOr<std::vector<std::int64_t>>& added, Instant now);

  InboxFile file_;
  ServerObserver& observer_;
  /// What came and is not kept yet, and whose it is. Null for a session that is over.
  std::vector<InboxMessage> messages_;
  std::vector<Handler*> handlers_;
  /// Until when the lock is waited for, while it is.
  std::optional<Instant> locked_until_{};
  EventLoop& loop_;
  EventLoop::Watch watch_;
};

}  // namespace pawl::host
