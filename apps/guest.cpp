// SPDX-License-Identifier: Apache-2.0
#include "guest.hpp"

#include <utility>

#include "exit_code.hpp"
#include "names.hpp"
#include "text.hpp"

namespace pawl::app {

std::uint16_t Guest::admit(const CredentialWanted& event, Instant now) {
  user_.assign(event.user.begin(), event.user.end());
  kind_ = event.kind;
  mode_ = event.mode;
  const std::uint16_t wait = context_.admission.hello(event.user, kind_, mode_, peer_.prefix, now);
  if (wait == 0) record_ = look_up(event.user);
  return wait;
}

/// To the client, a record that cannot be used is one that is not there.
std::unique_ptr<StoredRecord> Guest::look_up(Bytes user) {
  try {
    auto record = context_.records.find(user);
    if (record && !record->warning.empty()) context_.reporter.warn_once(record->warning);
    return record;
  } catch (const AppError& error) {
    context_.reporter.warn(error.what());
    return nullptr;
  }
}

void Guest::on(const Established& /*event*/, Instant now) {
  last_active_ = now;
  // Its secrets have done their work; the session views its user.
  record_->record = {};
  record_->pake = {};
  context_.admission.guesses().succeeded(bytes_of(user_), peer_.prefix);
  if (context_.save) {
    sink_ = std::make_unique<SaveSink>(*context_.save, bytes_of(user_));
  } else {
    sink_ = std::make_unique<EchoSink>();
  }
  const std::string user = printable(bytes_of(user_));
  context_.reporter.event("established",
                          {{"user", user}, {"kind", name(kind_)}, {"mode", name(mode_)}, {"address", peer_.text}},
                          user + " connected from " + peer_.text + " (" + name(kind_) + ", " + name(mode_) + ").");
}

std::optional<Answer> Guest::on(const Message& event, Instant now) {
  last_active_ = now;
  bytes_ += event.bytes.size();
  if (event.last) ++messages_;
  try {
    return sink_->take(event.bytes, event.last);
  } catch (const AppError& error) {
    context_.reporter.warn(error.what() + std::string(" The session of ") + printable(bytes_of(user_)) + " is closed.");
    return std::nullopt;
  }
}

void Guest::on(const Closed& event, Instant now) {
  if (established()) return report_closed(event);
  if (event.error == Error::authentication_failed && !user_.empty()) {
    context_.admission.guesses().failed(bytes_of(user_), peer_.prefix, now);
  }
  report_refused(event);
}

// Reports.

/// The client learns less: whatever it did wrong, it sees the same.
void Guest::report_refused(const Closed& closed) {
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

void Guest::report_closed(const Closed& closed) {
  const std::string user = printable(bytes_of(user_));
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
