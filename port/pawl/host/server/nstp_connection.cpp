// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <pawl/host/base/text.hpp>
#include <pawl/host/server/nstp_connection.hpp>

namespace pawl::host {
namespace {

/// After so many events the others have their turn.
constexpr int kNstpEventsPerStep = 16;

}  // namespace

NstpConnection::NstpConnection(ServerContext& context, const NstpService& service, Arrival&& arrival)
    : Connection(context, Way::nstp, std::move(arrival)),
      service_(service),
      side_(service.settings, context.random, buffers_->receive, buffers_->text, buffers_->send),
      pump_(side_, stream(), buffers_->input) {
  // It cannot fail, because its buffers are large enough.
  static_cast<void>(side_.start(last_active()));
}

void NstpConnection::work(Instant now) {
  busy_ = true;
  for (int i = 0; attend(now) && i < kNstpEventsPerStep && busy_; ++i) {
    const nstp::Event event = pump_.run(now);
    busy_ = is_event(event);
    std::visit([&](const auto& each) { on(each, now); }, event);
  }
  set_finished(pump_.finished());
}

/// Does what the handler wants. Returns whether to go on with what the client wants. This wire has no word for the
/// reason of a close.
bool NstpConnection::attend(Instant now) {
  measure(now);
  if (answer_due_ && !queue().empty() && queue().front_is_whole()) {
    // An answer that is too long for this wire ends the connection, because its client waits for one.
    if (!side_.respond(queue().front()).ok()) side_.close();
    answer_due_ = false;
    queue().pop(queue().front().size());
    tell_drained();
  }
  if (to_close()) side_.close();
  if (!takes_events()) pump_.flush(now);
  return takes_events();
}

/// The end is heard in any case.
bool NstpConnection::takes_events() const { return listens() || side_.is_over() || pump_.broken(); }

Interest NstpConnection::interest() const {
  return when(pump_.wants_read() && takes_events(), Interest::read) | when(pump_.wants_write(), Interest::write);
}

std::optional<Instant> NstpConnection::deadline() const {
  const bool goes_on = busy_ && takes_events();
  return goes_on || woken() ? at_once() : sooner(held_until(), pump_.deadline());
}

Peer::Version NstpConnection::version() const { return service_.users.version(bytes_of(identity().user)); }

// Events.

void NstpConnection::on(const nstp::PskWanted& event, Instant now) {
  keep_permit();
  wait_ = admit(event.user, Kind::password, Mode::psk, now);
  if (wait_ > 0) return side_.close();
  // A failure ends the connection, and comes as Closed.
  static_cast<void>(provide(event.user));
}

Status NstpConnection::provide(Bytes user) {
  auto found = service_.users.find(user);
  if (!found.ok()) {
    wait_ = cannot_look_up(found.failure());
    side_.close();
    return {};
  }
  prove(std::nullopt);
  if (!found.value()) return side_.provide_none();
  note_exposed(found.value()->exposed);
  return side_.provide(found.value()->psk);
}

void NstpConnection::on(const nstp::Established& /*event*/, Instant now) {
  give_permit_up();
  establish(now);
}

void NstpConnection::on(const nstp::Message& event, Instant now) {
  answer_due_ = true;
  take(event.text, true, now);
}

void NstpConnection::on(const nstp::Closed& event, Instant now) {
  end({.error = wait_ > 0 ? Error::busy : event.error}, side_.dropped(), now);
}

}  // namespace pawl::host
