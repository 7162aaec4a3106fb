// SPDX-License-Identifier: Apache-2.0
#include "client.hpp"

#include <poll.h>

#include <utility>

#include "names.hpp"
#include "text.hpp"

namespace pawl::app {
namespace {

/// After so many events the rest of the loop has its turn.
constexpr int kEventsPerRound = 64;

}  // namespace

Client::Outcome Client::run() {
  // If it fails, the session is over, and the pump tells.
  static_cast<void>(link_.start(clock_.now()));
  for (;;) {
    try {
      converse();
    } catch (const AppError& failure) {
      give_up(failure);
    }
    if (done()) break;
    wait();
  }
  link_.report(context_.reporter);
  outcome_.nobody_there = link_.refused();
  return outcome_;
}

void Client::converse() {
  if (StopSignal::came()) give_up({ExitCode::interrupted, "Interrupted. Messages may not have been answered."});
  receive();
  miss_reply();
  send();
  close_when_done();
  link_.flush(clock_.now());
}

void Client::receive() {
  context_.output.flush();
  for (int i = 0; i < kEventsPerRound; ++i) {
    // Who does not read holds up the session, except for its end.
    if (context_.output.busy() && !outcome_.failure) return;
    const Event event = link_.run(clock_.now());
    if (!is_event(event)) return;
    std::visit([&](const auto& each) { on(each); }, event);
  }
}

/// Ends when there is nothing to send, or no room for it although all was written that the socket takes.
void Client::send() {
  while (link_.is_open() && !closing_) {
    const auto fragment = context_.source.next();
    if (!fragment) return;
    const auto taken = link_.send(*fragment, clock_.now());
    if (taken.error() == Error::would_block) {
      link_.flush(clock_.now());
      if (link_.wants_write()) return;
      continue;
    }
    if (!taken.ok()) return;
    const bool whole = fragment->last && taken.value() == fragment->bytes.size();
    context_.source.taken(taken.value());
    if (!whole) continue;
    context_.reporter.event("sent", {{"message", outcome_.sent++}}, "");
    if (const auto wait = link_.reply_wait()) reply_by_ = clock_.now() + *wait;
  }
}

/// Over datagrams a message or its reply may be lost, and nobody says so.
void Client::miss_reply() {
  if (!reply_by_ || clock_.now() < *reply_by_ || closing_) return;
  reply_by_.reset();
  const std::uint64_t message = outcome_.sent - 1;
  ++outcome_.unanswered;
  context_.reporter.event("unanswered", {{"message", message}},
                          "No reply to message " + std::to_string(message) + ": it, or the reply, was lost.");
  context_.source.answered();
}

void Client::close_when_done() {
  const bool all_answered = context_.source.ended() && outcome_.answered + outcome_.unanswered >= outcome_.sent;
  if (!link_.is_open() || closing_ || !all_answered) return;
  outcome_.complete = true;
  closing_ = true;
  link_.close(clock_.now());
}

void Client::give_up(const AppError& failure) {
  if (!outcome_.failure) outcome_.failure = failure;
  if (closing_) return;
  closing_ = true;
  link_.close(clock_.now());
}

bool Client::done() const { return link_.finished() && (!context_.output.busy() || outcome_.failure); }

void Client::wait() {
  const bool held_up = context_.output.busy() && !outcome_.failure;
  const bool wants_input = link_.is_open() && !closing_;
  const int in = link_.wants_read() && !held_up ? POLLIN : 0;
  const int out = link_.wants_write() ? POLLOUT : 0;
  polls_.clear();
  polls_.add(context_.stop_signal.fd(), outcome_.failure ? 0 : POLLIN);
  polls_.add(link_.fd(), in | out);
  polls_.add(STDOUT_FILENO, context_.output.busy() ? POLLOUT : 0);
  const auto input = polls_.add(context_.source.wants_input(), wants_input ? POLLIN : 0);
  const auto deadline = held_up ? link_.deadline_without_events() : link_.deadline();
  polls_.wait(closing_ ? deadline : sooner(deadline, reply_by_), clock_.now());
  if (!polls_.ready(input)) return;
  try {
    context_.source.read();
  } catch (const AppError& failure) {
    give_up(failure);
  }
}

// Events.

void Client::on(const DerivationWanted& event) {
  // A credential that is not the one asked for cannot be: it was made for this very event.
  static_cast<void>(link_.provide(context_.derive(event), clock_.now()));
}

void Client::on(const Established& /*event*/) {
  const ClientCredential& credential = *settings_.credential;
  const std::string user = printable(credential.user);
  context_.reporter.event("established",
                          {{"user", user}, {"kind", name(credential.kind)}, {"mode", name(credential.mode)}}, "");
  context_.reporter.verbose("The session is open: user " + user + ", " + name(credential.mode) + ".");
}

void Client::on(const Message& event) {
  if (outcome_.failure) return;
  if (event.last) ++outcome_.answered;
  // A reply after all.
  if (event.last && link_.reply_wait() && !reply_by_ && outcome_.unanswered > 0) --outcome_.unanswered;
  if (event.last) reply_by_.reset();
  context_.output.take(event.bytes, event.last);
  if (event.last) context_.source.answered();
}

void Client::on(const Closed& event) {
  closing_ = true;
  outcome_.closed = event;
  if (event.incomplete && !outcome_.failure) context_.output.cut();
  context_.reporter.event("closed",
                          {{"error", name(event.error)},
                           {"reason", name(event.reason)},
                           {"incomplete", event.incomplete},
                           {"sent", outcome_.sent},
                           {"answered", outcome_.answered}},
                          "");
}

}  // namespace pawl::app
