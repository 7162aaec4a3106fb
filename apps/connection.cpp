// SPDX-License-Identifier: Apache-2.0
#include "connection.hpp"

#include <poll.h>

#include <utility>

#include "text.hpp"

namespace pawl::app {
namespace {

/// Enough that many small messages need few rounds; few enough that the others hardly wait.
constexpr int kEventsPerStep = 16;

}  // namespace

Connection::Connection(ServerContext& context, TcpConnection&& accepted, std::unique_ptr<HalfOpenLimit::Place> place,
                       Instant now)
    : context_(context),
      transport_(std::move(accepted.socket)),
      guest_(context, std::move(accepted.peer), now),
      place_(std::move(place)),
      buffers_(context.buffers.take()),
      session_(context.settings, context.random, buffers_->receive, buffers_->send) {
  pump_.emplace(session_, transport_, buffers_->input);
  // A server's session fails to start only for wrong settings, which end it: the pump tells.
  static_cast<void>(session_.start(now));
  context_.reporter.verbose("Connection from " + guest_.peer().text + ".");
  detach_if_idle();
}

Connection::~Connection() {
  if (buffers_) context_.buffers.give_back(std::move(buffers_));
}

// Buffers.

void Connection::attach() {
  if (buffers_) return;
  buffers_ = context_.buffers.take();
  // Cannot fail: they are of the same size as at first.
  static_cast<void>(session_.attach(buffers_->receive, buffers_->send));
  pump_.emplace(session_, transport_, buffers_->input);
}

/// A session that is over needs its pump, which knows how far the end of the transport is; all else of a pump is in its
/// buffers.
void Connection::detach_if_idle() {
  const bool over = !session_.deadline();
  const bool busy = answer_ || !pump_->wants_read() || pump_->wants_write();
  if (over || busy || !session_.detach()) return;
  pump_.reset();
  context_.buffers.give_back(std::move(buffers_));
}

// The loop.

void Connection::step(Instant now) {
  attach();
  bool goes_on = deliver(now);
  for (int i = 0; goes_on && i < kEventsPerStep; ++i) {
    const Event event = pump_->run(now);
    if (!is_event(event)) break;
    std::visit([&](const auto& each) { on(each, now); }, event);
    goes_on = deliver(now);
  }
  detach_if_idle();
}

int Connection::wanted_events() const {
  if (!pump_) return POLLIN;
  const int in = pump_->wants_read() && !answer_ ? POLLIN : 0;
  const int out = pump_->wants_write() ? POLLOUT : 0;
  return in | out;
}

std::optional<Instant> Connection::deadline() const {
  if (finished()) return Instant{};
  return pump_ && !answer_ ? pump_->deadline() : session_.deadline();
}

void Connection::close(Instant now, CloseReason reason) {
  if (phase_ == Phase::closing) return;
  phase_ = Phase::closing;
  attach();
  session_.close(now, reason);
  step(now);
}

/// True if all of the answer is in the session's hands.
bool Connection::deliver(Instant now) {
  while (answer_) {
    auto taken = session_.send(bytes_of(answer_->bytes), answer_->last, now);
    if (taken.error() == Error::would_block) {
      pump_->flush(now);
      taken = session_.send(bytes_of(answer_->bytes), answer_->last, now);
    }
    if (taken.error() == Error::would_block) return false;
    // Any other error: the session is ending, and says why by itself.
    if (!taken.ok() || taken.value() == answer_->bytes.size()) {
      answer_.reset();
    } else {
      answer_->bytes.erase(0, taken.value());
    }
  }
  return true;
}

// Events.

void Connection::on(const CredentialWanted& event, Instant now) {
  const std::uint16_t wait = guest_.admit(event, now);
  Status status;
  if (wait > 0) {
    status = session_.refuse(wait, now);
  } else {
    status = guest_.record() != nullptr ? session_.provide(*guest_.record(), now) : session_.provide_none(now);
  }
  // A failure ends the session, and comes as Closed.
  static_cast<void>(status);
}

void Connection::on(const Established& event, Instant now) {
  phase_ = Phase::open;
  place_.reset();
  guest_.on(event, now);
}

void Connection::on(const Message& event, Instant now) {
  answer_ = guest_.on(event, now);
  if (answer_) return;
  phase_ = Phase::closing;
  session_.close(now, CloseReason::limit);
}

void Connection::on(const Closed& event, Instant now) {
  phase_ = Phase::closing;
  guest_.on(event, now);
}

}  // namespace pawl::app
