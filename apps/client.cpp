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

Client::Client(const ClientSettings& settings, Descriptor socket, const ClientContext& context)
    : settings_(settings),
      context_(context),
      transport_(std::move(socket)),
      session_(settings, random_, buffers_->receive, buffers_->send),
      pump_(session_, transport_, buffers_->input) {}

Client::Outcome Client::run() {
  // If it fails, the session is over, and the pump tells.
  static_cast<void>(session_.start(clock_.now()));
  for (;;) {
    try {
      converse();
    } catch (const AppError& failure) {
      give_up(failure);
    }
    if (done()) return outcome_;
    wait();
  }
}

void Client::converse() {
  if (StopSignal::came()) give_up({ExitCode::interrupted, "Interrupted. Messages may not have been answered."});
  receive();
  send();
  close_when_done();
  pump_.flush(clock_.now());
}

void Client::receive() {
  context_.output.flush();
  for (int i = 0; i < kEventsPerRound; ++i) {
    // Who does not read holds up the session, except for its end.
    if (context_.output.busy() && !outcome_.failure) return;
    const Event event = pump_.run(clock_.now());
    if (std::holds_alternative<std::monostate>(event)) return;
    std::visit([&](const auto& each) { on(each); }, event);
  }
}

/// Ends when there is nothing to send, or no room for it although all was written that the socket takes.
void Client::send() {
  while (session_.is_open() && !closing_) {
    const auto fragment = context_.source.next();
    if (!fragment) return;
    const auto taken = session_.send(fragment->bytes, fragment->last, clock_.now());
    if (taken.error() == Error::would_block) {
      pump_.flush(clock_.now());
      if (pump_.wants_write()) return;
      continue;
    }
    if (!taken.ok()) return;
    const bool whole = fragment->last && taken.value() == fragment->bytes.size();
    context_.source.taken(taken.value());
    if (whole) context_.reporter.event("sent", {{"message", outcome_.sent++}}, "");
  }
}

void Client::close_when_done() {
  const bool all_answered = context_.source.ended() && outcome_.answered >= outcome_.sent;
  if (!session_.is_open() || closing_ || !all_answered) return;
  outcome_.complete = true;
  closing_ = true;
  session_.close(clock_.now());
}

void Client::give_up(const AppError& failure) {
  if (!outcome_.failure) outcome_.failure = failure;
  if (closing_) return;
  closing_ = true;
  session_.close(clock_.now());
}

bool Client::done() const { return pump_.finished() && (!context_.output.busy() || outcome_.failure); }

void Client::wait() {
  const bool held_up = context_.output.busy() && !outcome_.failure;
  const bool wants_input = session_.is_open() && !closing_;
  const int in = pump_.wants_read() && !held_up ? POLLIN : 0;
  const int out = pump_.wants_write() ? POLLOUT : 0;
  polls_.clear();
  polls_.add(context_.stop_signal.fd(), outcome_.failure ? 0 : POLLIN);
  polls_.add(transport_.fd(), in | out);
  polls_.add(STDOUT_FILENO, context_.output.busy() ? POLLOUT : 0);
  const auto input = polls_.add(context_.source.wants_input(), wants_input ? POLLIN : 0);
  polls_.wait(held_up ? session_.deadline() : pump_.deadline(), clock_.now());
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
  static_cast<void>(session_.provide(context_.derive(event), clock_.now()));
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
