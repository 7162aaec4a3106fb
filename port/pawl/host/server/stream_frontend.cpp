// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <pawl/host/server/stream_frontend.hpp>

namespace pawl::host {

StreamFrontend::StreamFrontend(ServerContext& context, std::unique_ptr<StreamListener> listener, Way way,
                               MakeConnection make)
    : context_(context),
      listener_(std::move(listener)),
      way_(way),
      make_(std::move(make)),
      refusals_(context.loop),
      watch_(context.loop, *this) {
  for (std::size_t i = 0; i < context.options.max_sessions; ++i) {
    free_.push_back(places_.emplace_back(std::make_unique<Place>(*this)).get());
  }
  watch();
  context.observer.listening({way, listener_->port(), listener_->address()});
}

void StreamFrontend::watch() {
  if (listener_) watch_.wait_for(listener_->fd(), when(!accept_again_, Interest::read), accept_again_);
}

// Accepting.

void StreamFrontend::on_ready(Instant now) {
  if (accept_again_ && *accept_again_ <= now) accept_again_.reset();
  if (!accept_again_) accept_some(now);
  watch();
}

void StreamFrontend::accept_some(Instant now) {
  for (int i = 0; i < kAcceptsPerRound; ++i) {
    auto accepted = listener_->accept();
    if (!accepted.ok()) {
      context_.observer.failed({.kind = Failure::Kind::accept, .error = accepted.error()}, nullptr);
      accept_again_ = now + kAcceptPause;
      return;
    }
    if (!accepted.value()) return;
    take_in(std::move(*accepted.value()), now);
  }
}

void StreamFrontend::take_in(AcceptedStream accepted, Instant now) {
  HalfOpenLimit& limit = context_.admission.half_open();
  // Whoever makes room may do so at another frontend.
  if (free_.empty()) limit.make_room();
  if (free_.empty()) return refuse(std::move(accepted), Refusal::Reason::no_free_session, now);
  Place& place = *free_.back();
  free_.pop_back();
  auto permit = limit.enter(accepted.peer.prefix, &place);
  if (!permit) {
    free_.push_back(&place);
    return refuse(std::move(accepted), Refusal::Reason::unfinished_handshakes, now);
  }
  context_.observer.accepted(accepted.peer);
  place.take(make_({std::move(accepted), std::move(permit), place, now}));
}

void StreamFrontend::refuse(AcceptedStream accepted, Refusal::Reason reason, Instant now) {
  context_.observer.refused({.address = std::move(accepted.peer), .way = way_}, {.reason = reason});
  if (way_ != Way::nstp) refusals_.refuse(std::move(accepted.stream), now);
}

void StreamFrontend::release(Place& place) {
  free_.push_back(&place);
  accept_again_.reset();
  watch();
}

// Connections.

void StreamFrontend::Place::take(std::unique_ptr<Connection> connection) {
  connection_ = std::move(connection);
  settle();
}

void StreamFrontend::Place::on_ready(Instant now) {
  connection_->step(now);
  settle();
}

void StreamFrontend::Place::evict() {
  connection_->evict();
  settle();
}

void StreamFrontend::Place::dismiss() {
  if (connection_) connection_->dismiss(CloseReason::normal);
}

void StreamFrontend::Place::settle() {
  if (!connection_->finished()) {
    return watch_.wait_for(connection_->fd(), connection_->interest(), connection_->deadline());
  }
  watch_.drop();
  connection_.reset();
  frontend_.release(*this);
}

// The end.

void StreamFrontend::stop(Instant /*now*/) {
  watch_.drop();
  listener_.reset();
  for (auto& place : places_) place->dismiss();
}

}  // namespace pawl::host
