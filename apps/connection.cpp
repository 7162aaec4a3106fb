// SPDX-License-Identifier: Apache-2.0
#include "connection.hpp"

#include <poll.h>

#include <utility>

#include "exit_code.hpp"
#include "names.hpp"
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
      peer_(std::move(accepted.peer)),
      place_(std::move(place)),
      last_active_(now),
      buffers_(context.buffers.take()),
      session_(context.settings, context.random, buffers_->receive, buffers_->send) {
  pump_.emplace(session_, transport_, buffers_->input);
  // A server's session fails to start only for wrong settings, which end it: the pump tells.
  static_cast<void>(session_.start(now));
  context_.reporter.verbose("Connection from " + peer_.text + ".");
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
    if (std::holds_alternative<std::monostate>(event)) break;
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
  user_.assign(event.user.begin(), event.user.end());
  kind_ = event.kind;
  mode_ = event.mode;
  const std::uint16_t wait = context_.admission.hello(event.user, kind_, mode_, peer_.prefix, now);
  Status status;
  if (wait > 0) {
    status = session_.refuse(wait, now);
  } else {
    record_ = look_up(event.user);
    status = record_ ? session_.provide(record_->record, now) : session_.provide_none(now);
  }
  // A failure ends the session, and comes as Closed.
  static_cast<void>(status);
}

/// To the client, a record that cannot be used is one that is not there.
std::unique_ptr<StoredRecord> Connection::look_up(Bytes user) {
  try {
    auto record = context_.records.find(user);
    if (record && !record->warning.empty()) context_.reporter.verbose(record->warning);
    return record;
  } catch (const AppError& error) {
    context_.reporter.warn(error.what());
    return nullptr;
  }
}

void Connection::on(const Established& /*event*/, Instant now) {
  phase_ = Phase::open;
  was_open_ = true;
  last_active_ = now;
  place_.reset();
  // Its secrets have done their work; the session views its user.
  record_->record = {};
  context_.admission.guesses().succeeded(session_.user(), peer_.prefix);
  if (context_.save != nullptr) {
    sink_ = std::make_unique<SaveSink>(*context_.save, session_.user());
  } else {
    sink_ = std::make_unique<EchoSink>();
  }
  const std::string user = printable(session_.user());
  context_.reporter.event("established",
                          {{"user", user}, {"kind", name(kind_)}, {"mode", name(mode_)}, {"address", peer_.text}},
                          user + " connected from " + peer_.text + " (" + name(kind_) + ", " + name(mode_) + ").");
}

void Connection::on(const Message& event, Instant now) {
  last_active_ = now;
  bytes_ += event.bytes.size();
  if (event.last) ++messages_;
  try {
    answer_ = sink_->take(event.bytes, event.last);
  } catch (const AppError& error) {
    context_.reporter.warn(error.what() + std::string(" The session of ") + printable(session_.user()) + " is closed.");
    phase_ = Phase::closing;
    session_.close(now, CloseReason::limit);
  }
}

void Connection::on(const Closed& event, Instant now) {
  phase_ = Phase::closing;
  if (was_open_) return report_closed(event);
  if (event.error == Error::authentication_failed && !user_.empty()) {
    context_.admission.guesses().failed(bytes_of(user_), peer_.prefix, now);
  }
  report_refused(event);
}

// Reports.

/// The client learns less: whatever it did wrong, it sees the same.
void Connection::report_refused(const Closed& closed) {
  if (closed.error == Error::none) return;
  const std::string user = printable(bytes_of(user_));
  const std::string reason(name(closed.error));
  const std::string who = user.empty() ? peer_.text : user + " from " + peer_.text;
  const std::string wait = closed.retry_after == 0 ? "" : ", to wait " + std::to_string(closed.retry_after) + " s";
  const char* const hint =
      closed.error == Error::malformed && user_.empty() ? " It may speak NSTP, which is served with --nstp." : "";
  context_.reporter.event(
      "refused", {{"user", user}, {"address", peer_.text}, {"error", reason}, {"retry_after", closed.retry_after}},
      "Refused " + who + ": " + reason + wait + "." + hint);
}

void Connection::report_closed(const Closed& closed) {
  const std::string user = printable(session_.user());
  const std::string reason = closed.error == Error::none ? name(closed.reason) : std::string(name(closed.error));
  const std::string left_over = sink_->left_over();
  std::string text = user + " from " + peer_.text + " is gone: " + reason + ", after " + std::to_string(messages_) +
                     " messages, " + std::to_string(bytes_) + " bytes.";
  if (closed.incomplete) text += " The last message is not complete.";
  if (!left_over.empty()) text += " " + left_over;
  context_.reporter.event("closed",
                          {{"user", user},
                           {"address", peer_.text},
                           {"error", name(closed.error)},
                           {"reason", name(closed.reason)},
                           {"incomplete", closed.incomplete},
                           {"messages", messages_},
                           {"bytes", bytes_}},
                          text);
}

}  // namespace pawl::app
