// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <pawl/host/base/text.hpp>
#include <pawl/host/server/peer.hpp>

namespace pawl::host {
namespace {

/// What a client is told to wait for when the trouble is the server's own.
constexpr std::uint16_t kOwnTroubleWait = 5;

}  // namespace

Peer::~Peer() { context_.open_sessions.remove(*this); }

bool Peer::enrolment_current() const {
  const Version present = version();
  return !present || present == version_;
}

std::uint16_t Peer::admit(Bytes user, Kind kind, Mode mode, Instant now) {
  identity_.user.assign(user.begin(), user.end());
  identity_.kind = kind;
  identity_.mode = mode;
  const std::uint16_t wait = context_.admission.hello(user, kind, mode, identity_.address.prefix, now);
  // This comes before the look-up, because a change during the look-up must not be missed.
  if (wait == 0) version_ = version();
  return wait;
}

std::uint16_t Peer::look_up(SessionCredential& credential, const CredentialWanted& wanted, Instant now) {
  const Bytes user = credential.user_of(wanted, now);
  const std::uint16_t wait = admit(user, wanted.kind, wanted.mode, now);
  // A ticket that is not this server's is nobody's.
  if (wait > 0 || user.empty()) return wait;
  const auto found = credential.look_up(user);
  return found.ok() ? 0 : cannot_look_up(found.failure());
}

std::uint16_t Peer::cannot_look_up(const Failure& failure) {
  refusal_.reason = Refusal::Reason::own_trouble;
  context_.observer.failed(failure, &identity_);
  return kOwnTroubleWait;
}

void Peer::note_exposed(const std::filesystem::path& path) {
  if (!path.empty()) context_.observer.exposed(path);
}

void Peer::prove(const SessionCredential& credential) {
  const StoredEnrolment* const found = credential.enrolment();
  if (found != nullptr) note_exposed(found->exposed);
  const bool says_mode = found != nullptr && credential.ticket() == nullptr;
  prove(says_mode ? std::optional(found->enrolment.mode) : std::nullopt);
}

void Peer::prove(std::optional<Mode> enrolled) {
  refusal_.proof_given = true;
  if (enrolled != identity_.mode) refusal_.enrolled_mode = enrolled;
}

void Peer::establish(Instant now) {
  last_active_ = now;
  context_.admission.guesses().succeeded(bytes_of(identity_.user), identity_.address.prefix);
  established_ = true;
  context_.observer.established(identity_);
  context_.open_sessions.add(*this, now);
  auto opened = context_.gateway.open(*this);
  if (opened.ok()) {
    handler_ = std::move(opened.value());
  } else {
    fail(opened.failure());
  }
}

void Peer::fail(const Failure& failure) {
  if (ended_) return;
  context_.observer.failed(failure, &identity_);
  dismiss(CloseReason::limit);
}

void Peer::take(Bytes fragment, bool last, Instant now) {
  // One that is being closed has said that nothing more is wanted.
  if (close_reason_) return;
  last_active_ = now;
  bytes_ += fragment.size();
  if (last) ++messages_;
  if (!meter_.take(fragment.size(), last, now)) return dismiss(CloseReason::limit);
  const auto taken = handler_->take(fragment, last);
  if (!taken.ok()) fail(taken.failure());
}

// For the handler.

bool Peer::send(std::string part, bool last) {
  if (ended_ || close_reason_) return true;
  if (full()) return false;
  queue_.push(std::move(part), last);
  tells_drained_ = tells_drained_ || full();
  wake();
  return true;
}

void Peer::tell_drained() {
  if (!queue_.empty() || !std::exchange(tells_drained_, false)) return;
  if (handler_ && !ended_) handler_->drained();
}

void Peer::listen(bool wanted) {
  if (listens_ == wanted || ended_) return;
  listens_ = wanted;
  if (wanted) wake();
}

void Peer::close(CloseReason reason) {
  if (ended_) return;
  if (!close_reason_) close_reason_ = reason;
  wake();
}

void Peer::dismiss(CloseReason reason) {
  queue_.clear();
  close(reason);
}

void Peer::end(const Closed& closed, std::uint32_t dropped, Instant now) {
  context_.open_sessions.remove(*this);
  ended_ = true;
  queue_.clear();
  if (was_established()) return report_closed(closed, dropped);
  const bool guessed = !identity_.user.empty() && identity_.kind != Kind::ticket;
  if (closed.error == Error::authentication_failed && guessed) {
    context_.admission.guesses().failed(bytes_of(identity_.user), identity_.address.prefix, now);
  }
  if (closed.error != Error::none) report_refused(closed);
}

void Peer::report_closed(const Closed& closed, std::uint32_t dropped) {
  if (handler_) handler_->ended(closed);
  auto left_over = handler_ ? handler_->left_over() : std::nullopt;
  context_.observer.closed(identity_, {closed, messages_, bytes_, dropped, std::move(left_over)});
}

void Peer::report_refused(const Closed& closed) {
  refusal_.error = closed.error;
  refusal_.retry_after = closed.retry_after;
  context_.observer.refused(identity_, refusal_);
}

void Peer::report_evicted() { context_.observer.refused(identity_, {.reason = Refusal::Reason::made_room}); }

}  // namespace pawl::host
