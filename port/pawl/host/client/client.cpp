// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <pawl/host/client/client.hpp>

namespace pawl::host {
namespace {

/// After so many events the rest of the loop has its turn.
constexpr int kClientEventsPerRound = 64;

}  // namespace

Client::Client(ClientIdentity identity, Link& link, const ClientContext& context)
    : identity_(std::move(identity)),
      link_(link),
      context_(context),
      reader_(*this),
      link_watch_(context.loop, *this),
      input_watch_(context.loop, reader_),
      output_watch_(context.loop, *this) {}

void Client::start() {
  // If it fails, the session is over, and the pump tells.
  static_cast<void>(link_.start(now()));
  on_ready(now());
}

void Client::stop() {
  outcome_.stopped = true;
  give_up();
  on_ready(now());
}

void Client::on_ready(Instant /*now*/) {
  if (done_) return;
  converse();
  done_ = link_.finished() && !unread();
  if (!done_) return wait();
  link_watch_.drop();
  input_watch_.drop();
  output_watch_.drop();
  outcome_.link = link_.report();
  if (outcome_.link) context_.observer.link(*outcome_.link);
  outcome_.nobody_there = link_.refused();
}

void Client::InputReader::on_ready(Instant now) {
  if (client_.done_) return;
  client_.require(client_.context_.source.read());
  client_.on_ready(now);
}

void Client::converse() {
  link_.tend(now(), context_.observer);
  receive();
  miss_reply();
  send();
  close_when_done();
  link_.flush(now());
}

void Client::receive() {
  require(context_.output.flush());
  for (int i = 0; i < kClientEventsPerRound; ++i) {
    if (held_up()) return link_.not_listening(now());
    const Event event = link_.run(now());
    if (!is_event(event)) return;
    std::visit([&](const auto& each) { on(each); }, event);
  }
}

/// Ends when there is nothing to send, or no room for it although all was written that the stream takes.
void Client::send() {
  while (link_.is_open() && !closing_ && !unread() && link_.takes_messages(now())) {
    const auto fragment = context_.source.next();
    if (!fragment || !send_fragment(*fragment)) return;
  }
}

/// Returns whether to go on.
bool Client::send_fragment(const Fragment& fragment) {
  const auto taken = link_.send(fragment, now());
  if (taken.error() == Error::would_block) {
    link_.flush(now());
    return !link_.wants_write();
  }
  if (taken.error() == Error::too_long) {
    return require(Failure{.kind = Failure::Kind::message_too_long,
                           .detail = "The message has " + std::to_string(fragment.bytes.size()) +
                                     " bytes, and the server takes " + std::to_string(link_.longest_message())});
  }
  if (!taken.ok()) return false;
  const bool whole = fragment.last && taken.value() == fragment.bytes.size();
  context_.source.taken(taken.value());
  if (!whole) return true;
  context_.observer.sent(outcome_.sent++);
  if (const auto wait = link_.reply_wait()) reply_by_ = now() + *wait;
  return true;
}

/// Over datagrams a message or its reply may be lost, and nobody says so.
void Client::miss_reply() {
  if (!reply_by_ || now() < *reply_by_ || closing_) return;
  reply_by_.reset();
  const auto missed = context_.source.missed();
  if (missed == MessageSource::Missed::sent_again) {
    --outcome_.sent;
    return;
  }
  ++outcome_.unanswered;
  context_.observer.unanswered(outcome_.sent - 1);
  if (missed == MessageSource::Missed::ends_session) return give_up();
  require(context_.source.answered());
}

void Client::close_when_done() {
  const bool all_answered = context_.source.ended() && outcome_.answered + outcome_.unanswered >= outcome_.sent;
  if (!link_.is_open() || closing_ || !all_answered) return;
  outcome_.complete = true;
  closing_ = true;
  link_.close(now());
}

bool Client::require(const FailureOr<>& done) {
  if (done.ok()) return true;
  if (!outcome_.failure) outcome_.failure = done.failure();
  give_up();
  return false;
}

void Client::give_up() {
  if (closing_) return;
  closing_ = true;
  link_.close(now());
}

void Client::wait() {
  const bool reads = link_.wants_read() && !held_up();
  const bool wants_input = link_.is_open() && !closing_;
  const auto due = held_up() ? link_.deadline_without_events() : link_.deadline();
  // A new descriptor may have the number of the one before, and nobody waits for it yet.
  if (std::exchange(fd_changes_, link_.fd_changes()) != link_.fd_changes()) link_watch_.drop();
  link_watch_.wait_for(link_.fd(), when(reads, Interest::read) | when(link_.wants_write(), Interest::write),
                       closing_ ? due : sooner(due, reply_by_));
  input_watch_.wait_for(context_.source.wants_input(), when(wants_input, Interest::read), std::nullopt);
  output_watch_.wait_for(context_.output.fd(), when(unread(), Interest::write), std::nullopt);
}

// Events.

void Client::on(const DerivationWanted& event) {
  const auto credential = context_.derive(event);
  // This cannot be another credential than the one asked for, because it was made for this very event.
  if (credential.ok()) static_cast<void>(link_.provide(*credential.value(), now()));
  if (!credential.ok()) require(credential.failure());
}

void Client::on(const Established& /*event*/) { context_.observer.established(identity_); }

void Client::on(const Message& event) {
  // Over datagrams, what comes while the output takes nothing is lost, as it may be on its way.
  if (gave_up() || unread()) return;
  if (event.last) ++outcome_.answered;
  // The reply came after all.
  if (event.last && link_.reply_wait() && !reply_by_ && outcome_.unanswered > 0) --outcome_.unanswered;
  require(context_.output.take(event.bytes, event.last));
  if (!event.last) return;
  require(context_.source.answered());
  if (!context_.source.awaits_reply()) reply_by_.reset();
}

void Client::on(const Closed& event) {
  closing_ = true;
  outcome_.closed = event;
  if (event.incomplete && !gave_up()) context_.output.cut();
  context_.observer.closed(event, outcome_.sent, outcome_.answered);
}

}  // namespace pawl::host
