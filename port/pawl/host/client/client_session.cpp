// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <pawl/host/client/client_session.hpp>

namespace pawl::host {
namespace {

/// After so many events the rest of the loop has its turn.
constexpr int kSessionEventsPerTurn = 64;

}  // namespace

ClientSession::ClientSession(EventLoop& loop, ClientObserver& observer, User& user, ClientIdentity identity,
                             std::unique_ptr<Link> link)
    : observer_(observer), user_(user), identity_(std::move(identity)), link_(std::move(link)), watch_(loop, *this) {
  // If it fails, the session is over, and the link tells.
  static_cast<void>(link_->start(loop.clock().now()));
  wake();
}

// What the user wants.

bool ClientSession::send(std::string part, bool last) {
  if (close_wanted_ || closing_) return true;
  if (full()) return false;
  queue_.push(std::move(part), last);
  tells_drained_ = tells_drained_ || full();
  wake();
  return true;
}

void ClientSession::listen(bool wanted) {
  if (listens_ == wanted) return;
  listens_ = wanted;
  wake();
}

void ClientSession::close() {
  close_wanted_ = true;
  wake();
}

// The loop.

void ClientSession::on_ready(Instant now) {
  woken_ = false;
  in_turn_ = true;
  link_->tend(now, observer_);
  for (int i = 0; attend(now) && i < kSessionEventsPerTurn; ++i) {
    const Event event = link_->run(now);
    if (!is_event(event)) break;
    std::visit([&](const auto& each) { on(each, now); }, event);
  }
  in_turn_ = false;
  if (!link_->finished()) return wait();
  watch_.drop();
  user_.ended(closed_);
}

/// Does what the user wants. Returns whether to go on with what the server wants.
bool ClientSession::attend(Instant now) {
  if (link_->is_open()) deliver(now);
  const bool all_sent = queue_.empty() || !link_->is_open();
  if (close_wanted_ && all_sent && !std::exchange(closing_, true)) link_->close(now);
  if (!takes_events()) {
    link_->not_listening(now);
    link_->flush(now);
  }
  return takes_events();
}

void ClientSession::deliver(Instant now) {
  while (!queue_.empty() && link_->takes_messages(now)) {
    const Fragment front{queue_.front(), queue_.front_is_whole()};
    auto taken = link_->send(front, now);
    if (taken.error() == Error::would_block) {
      link_->flush(now);
      taken = link_->send(front, now);
    }
    if (taken.error() == Error::would_block) return;
    // After any other error the session is ending, and says why by itself.
    if (!taken.ok()) return queue_.clear();
    if (front.last && taken.value() == front.bytes.size()) observer_.sent(sent_++);
    queue_.pop(taken.value());
  }
  if (queue_.empty() && std::exchange(tells_drained_, false)) user_.drained();
}

/// Its own turn comes anyway while it has it.
void ClientSession::wake() {
  if (in_turn_) return;
  woken_ = true;
  wait();
}

void ClientSession::wait() {
  const bool events = takes_events();
  const auto due = events ? link_->deadline() : link_->deadline_without_events();
  // A new descriptor may have the number of the one before, and nobody waits for it yet.
  if (std::exchange(fd_changes_, link_->fd_changes()) != link_->fd_changes()) watch_.drop();
  watch_.wait_for(link_->fd(),
                  when(link_->wants_read() && events, Interest::read) | when(link_->wants_write(), Interest::write),
                  woken_ ? at_once() : due);
}

// Events.

void ClientSession::on(const DerivationWanted& event, Instant now) {
  const auto credential = user_.derive(event);
  // This cannot be another credential than the one asked for, because it was made for this very event.
  if (credential.ok()) static_cast<void>(link_->provide(*credential.value(), now));
  if (!credential.ok()) close_wanted_ = true;
}

void ClientSession::on(const Established& /*event*/, Instant /*now*/) {
  observer_.established(identity_);
  user_.opened();
}

void ClientSession::on(const Message& event, Instant /*now*/) {
  if (event.last) ++received_;
  if (!close_wanted_) user_.take(event.bytes, event.last);
}

void ClientSession::on(const Closed& event, Instant /*now*/) {
  closing_ = true;
  closed_ = event;
  queue_.clear();
  observer_.closed(event, sent_, received_);
}

}  // namespace pawl::host
