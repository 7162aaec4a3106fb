// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <pawl/host/base/text.hpp>
#include <pawl/host/server/pawl_connection.hpp>

namespace pawl::host {
namespace {

/// Enough events that many small messages need few rounds, and few enough that the others hardly wait.
constexpr int kEventsPerStep = 16;

}  // namespace

PawlConnection::PawlConnection(ServerContext& context, const PawlService& service, Arrival&& arrival)
    : Connection(context, Way::tcp, std::move(arrival)),
      service_(service),
      credential_(service.users, service.tickets),
      buffers_(context.buffers.take()),
      session_(service.settings, context.random, buffers_->receive, buffers_->send) {
  pump_.emplace(session_, stream(), buffers_->input);
  // A server's session fails to start only for wrong settings, which end it. The pump tells.
  static_cast<void>(session_.start(last_active()));
  detach_if_idle();
}

PawlConnection::~PawlConnection() {
  if (buffers_) context().buffers.give_back(std::move(buffers_));
}

// Buffers.

void PawlConnection::attach() {
  if (buffers_) return;
  buffers_ = context().buffers.take();
  // It cannot fail, because they are of the same size as at first.
  static_cast<void>(session_.attach(buffers_->receive, buffers_->send));
  pump_.emplace(session_, stream(), buffers_->input);
}

/// A session that is over needs its pump, which knows how far the end of the stream is. All else that a pump knows is
/// in its buffers.
void PawlConnection::detach_if_idle() {
  const bool over = session_.is_over();
  const bool busy = !queue().empty() || !pump_->wants_read() || pump_->wants_write();
  if (over || busy || !session_.detach()) return;
  pump_.reset();
  context().buffers.give_back(std::move(buffers_));
}

// The loop.

void PawlConnection::work(Instant now) {
  attach();
  for (int i = 0; attend(now) && i < kEventsPerStep; ++i) {
    const Event event = pump_->run(now);
    if (!is_event(event)) break;
    std::visit([&](const auto& each) { on(each, now); }, event);
  }
  set_finished(pump_->finished());
  detach_if_idle();
}

/// Does what the handler wants. Returns whether to go on with what the client wants.
bool PawlConnection::attend(Instant now) {
  deliver(now);
  measure(now);
  if (const auto reason = to_close(); reason && !closing_) {
    closing_ = true;
    session_.close(now, *reason);
  }
  if (!takes_events()) {
    session_.not_listening(now);
    pump_->flush(now);
  }
  return takes_events();
}

/// The end is heard in any case.
bool PawlConnection::takes_events() const { return listens() || closing_ || (pump_ && pump_->broken()); }

Interest PawlConnection::interest() const {
  if (!pump_) return when(takes_events(), Interest::read);
  return when(pump_->wants_read() && takes_events(), Interest::read) | when(pump_->wants_write(), Interest::write);
}

std::optional<Instant> PawlConnection::deadline() const {
  // The handler may have gone on when it was told that all has left.
  const bool has_more = pump_ && !queue().empty() && !pump_->wants_write();
  if (woken() || has_more) return at_once();
  return sooner(held_until(), pump_ && takes_events() ? pump_->deadline() : session_.deadline());
}

/// Gives the session as much of the queue as it takes.
void PawlConnection::deliver(Instant now) {
  while (!queue().empty()) {
    const Bytes front = queue().front();
    auto taken = session_.send(front, queue().front_is_whole(), now);
    if (taken.error() == Error::would_block) {
      pump_->flush(now);
      taken = session_.send(front, queue().front_is_whole(), now);
    }
    if (taken.error() == Error::would_block) return;
    // After any other error the session is ending, and says why by itself.
    if (!taken.ok()) return queue().clear();
    queue().pop(taken.value());
  }
  tell_drained();
}

// Events.

void PawlConnection::on(const CredentialWanted& event, Instant now) {
  keep_permit();
  const std::uint16_t wait = look_up(credential_, event, now);
  // A failure ends the session, and comes as Closed.
  static_cast<void>(wait > 0 ? session_.refuse(wait, now) : provide(now));
}

Status PawlConnection::provide(Instant now) {
  prove(credential_);
  static_cast<void>(session_.set_resumption(credential_.resumption()));
  const StoredEnrolment* const found = credential_.enrolment();
  if (found == nullptr) return session_.provide_none(now);
  if (const Ticket* ticket = credential_.ticket()) return session_.provide(*ticket, found->enrolment, now);
  return session_.provide(found->enrolment, now);
}

void PawlConnection::on(const Established& /*event*/, Instant now) {
  give_permit_up();
  credential_.opened();
  establish(now);
  send_ticket(now);
}

/// A client that takes none, because its buffer is small, does without.
void PawlConnection::send_ticket(Instant now) {
  const auto ticket = credential_.next_ticket(now);
  if (ticket) static_cast<void>(session_.send_ticket(ticket->record(), now));
}

void PawlConnection::renew_ticket(Instant now) {
  if (closing_ || !queue().empty()) return;
  attach();
  send_ticket(now);
  pump_->flush(now);
  detach_if_idle();
}

void PawlConnection::on(const Message& event, Instant now) { take(event.bytes, event.last, now); }

void PawlConnection::on(const Closed& event, Instant now) {
  closing_ = true;
  end(event, 0, now);
}

}  // namespace pawl::host
