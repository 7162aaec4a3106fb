// SPDX-License-Identifier: Apache-2.0
#include "nstp_connection.hpp"

#include <poll.h>

#include <utility>

#include "exit_code.hpp"
#include "message_sink.hpp"
#include "text.hpp"

namespace pawl::app {
namespace {

/// After so many events the others have their turn.
constexpr int kNstpEventsPerStep = 16;

}  // namespace

NstpConnection::NstpConnection(NstpServerContext& context, TcpConnection&& accepted,
                               std::unique_ptr<HalfOpenLimit::Place> place, Instant now)
    : context_(context),
      transport_(std::move(accepted.socket)),
      peer_(std::move(accepted.peer)),
      place_(std::move(place)),
      side_(context.settings, context.random, buffers_->receive, buffers_->text, buffers_->send),
      pump_(side_, transport_, buffers_->input) {
  // Cannot fail: its buffers are large enough.
  static_cast<void>(side_.start(now));
  context_.reporter.verbose("Connection from " + peer_.text + ".");
}

void NstpConnection::step(Instant now) {
  busy_ = true;
  for (int i = 0; i < kNstpEventsPerStep && busy_; ++i) {
    const nstp::Event event = pump_.run(now);
    busy_ = is_event(event);
    std::visit([&](const auto& each) { on(each, now); }, event);
  }
}

void NstpConnection::close(Instant now) {
  side_.close();
  step(now);
}

int NstpConnection::wanted_events() const {
  const int in = pump_.wants_read() ? POLLIN : 0;
  const int out = pump_.wants_write() ? POLLOUT : 0;
  return in | out;
}

std::optional<Instant> NstpConnection::deadline() const { return busy_ ? Instant{} : pump_.deadline(); }

// Events.

void NstpConnection::on(const nstp::PskWanted& event, Instant now) {
  user_.assign(event.user.begin(), event.user.end());
  too_soon_ = context_.admission.hello(event.user, Kind::password, Mode::psk, peer_.prefix, now) > 0;
  if (too_soon_) return side_.close();
  const auto record = look_up(event.user);
  // A failure ends it, and comes as Closed.
  static_cast<void>(record ? side_.provide(record->psk) : side_.provide_none());
}

/// To the client, a record that cannot be used is one that is not there.
std::unique_ptr<NstpRecord> NstpConnection::look_up(Bytes user) {
  try {
    auto record = context_.records.find(user);
    if (record && !record->warning.empty()) context_.reporter.warn_once(record->warning);
    return record;
  } catch (const AppError& error) {
    context_.reporter.warn(error.what());
    return nullptr;
  }
}

void NstpConnection::on(const nstp::Established& /*event*/, Instant /*now*/) {
  was_open_ = true;
  place_.reset();
  context_.admission.guesses().succeeded(bytes_of(user_), peer_.prefix);
  const std::string user = printable(bytes_of(user_));
  context_.reporter.event("established", {{"user", user}, {"kind", "nstp"}, {"address", peer_.text}},
                          user + " connected from " + peer_.text + " (NSTP).");
}

void NstpConnection::on(const nstp::Message& event, Instant /*now*/) {
  ++messages_;
  // The buffer has room for the answer to the longest message; any other failure ends it, and comes as Closed.
  static_cast<void>(side_.respond(bytes_of(EchoSink().take(event.text, true).bytes)));
}

void NstpConnection::on(const nstp::Closed& event, Instant now) {
  if (was_open_) return report_closed(event.error);
  if (event.error == Error::authentication_failed) {
    context_.admission.guesses().failed(bytes_of(user_), peer_.prefix, now);
  }
  report_refused(event.error);
}

// Reports.

void NstpConnection::report_refused(Error error) {
  if (error == Error::none && !too_soon_) return;  // the server stops
  const std::string user = printable(bytes_of(user_));
  const std::string reason(name(too_soon_ ? Error::busy : error));
  const std::string who = user.empty() ? peer_.text : user + " from " + peer_.text;
  const char* const hint =
      error == Error::unsupported ? " It may speak version 2 of Pawl, which is served without --nstp." : "";
  context_.reporter.event("refused", {{"user", user}, {"address", peer_.text}, {"error", reason}},
                          "Refused " + who + ": " + reason + "." + hint);
}

void NstpConnection::report_closed(Error error) {
  const std::string user = printable(bytes_of(user_));
  const std::uint64_t dropped = side_.dropped();
  std::string text = user + " from " + peer_.text + " is gone: " + std::string(name(error)) + ", after " +
                     std::to_string(messages_) + " messages.";
  if (dropped > 0)
    text += " Dropped: " + std::to_string(dropped) + " that were repeated, altered, foreign or too long.";
  context_.reporter.event(
      "closed",
      {{"user", user}, {"address", peer_.text}, {"error", name(error)}, {"messages", messages_}, {"dropped", dropped}},
      text);
}

}  // namespace pawl::app
