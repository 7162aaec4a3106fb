// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <deque>
#include <string>
#include <utility>

#include <pawl/host/base/text.hpp>
#include <pawl/host/server/inbox.hpp>

namespace pawl::host {
namespace {

/// How often a file that is locked is tried again.
constexpr Duration kLockPause = milliseconds(20);

/// What its sender is told of a message that has this number in the inbox.
std::string answer_to(const InboxMessage& message, std::int64_t id) {
  return message.number ? outbox_header(*message.number) : "Server stored: " + std::to_string(id);
}

}  // namespace

/// One session, from which it gathers the messages.
class Inbox::Handler final : public SessionHandler {
 public:
  Handler(Inbox& inbox, ServerSession& session) : inbox_(inbox), session_(session) {}
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;
  ~Handler() override { inbox_.forget(*this); }

  FailureOr<> take(Bytes fragment, bool last) override {
    bytes_.append(fragment.begin(), fragment.end());
    const bool numbered = has_outbox_magic(bytes_of(bytes_));
    if (bytes_.size() > kLongestKept + (numbered ? kOutboxHeader : 0)) return too_long();
    if (last) add(numbered);
    return {};
  }
  void drained() override {
    while (!answers_.empty() && session_.send(answers_.front(), true)) answers_.pop_front();
    resume();
  }

  /// Nothing more is taken until answer().
  void hold() { session_.listen(false); }
  /// A message is kept.
  void answer(std::string text) {
    answers_.push_back(std::move(text));
    drained();
  }
  /// A message cannot be kept.
  void refuse(const Failure& failure) {
    if (std::exchange(refused_, true)) return;
    inbox_.observer_.failed(failure, &session_.identity());
    session_.close(CloseReason::limit);
  }

 private:
  [[nodiscard]] Failure too_long() const {
    return {.kind = Failure::Kind::message_too_long,
            .detail = "A message of " + printable(bytes_of(session_.identity().user)) + " is longer than the " +
                      std::to_string(kLongestKept) + " bytes that an inbox takes"};
  }
  void add(bool numbered) {
    InboxMessage message{.user = session_.identity().user, .body = std::exchange(bytes_, {})};
    if (numbered) message.number = parse_outbox_header(bytes_of(message.body));
    if (numbered && !message.number) return session_.close(CloseReason::protocol);
    if (numbered) message.body.erase(0, kOutboxHeader);
    inbox_.add(*this, std::move(message));
  }
  /// A client that does not read its answers is not listened to.
  void resume() { session_.listen(answers_.empty() && !session_.full()); }

  Inbox& inbox_;
  ServerSession& session_;
  /// What came of the message that is not ended.
  std::string bytes_;
  /// Answers for which there was no room in the session yet.
  std::deque<std::string> answers_;
  bool refused_ = false;
};

Inbox::Inbox(InboxFile file, EventLoop& loop, ServerObserver& observer)
    : file_(std::move(file)), observer_(observer), loop_(loop), watch_(loop, *this) {}

FailureOr<std::unique_ptr<SessionHandler>> Inbox::open(ServerSession& session) {
  return std::unique_ptr<SessionHandler>(std::make_unique<Handler>(*this, session));
}

void Inbox::add(Handler& handler, InboxMessage message) {
  messages_.push_back(std::move(message));
  handlers_.push_back(&handler);
  if (locked_until_) return handler.hold();
  // After all that is ready in this turn.
  if (messages_.size() == 1) watch_.wait_for(-1, Interest::none, loop_.now());
}

void Inbox::forget(const Handler& handler) { std::ranges::replace(handlers_, &handler, nullptr); }

bool Inbox::waits_for_lock(const FailureOr<std::vector<std::int64_t>>& added, Instant now) {
  if (added.ok() || added.failure().kind != Failure::Kind::file_lock) return false;
  if (!locked_until_) locked_until_ = now + kLockPatience;
  return now < *locked_until_;
}

void Inbox::on_ready(Instant now) {
  const auto added = file_.add(messages_);
  if (waits_for_lock(added, now)) {
    for (Handler* each : handlers_) {
      if (each != nullptr) each->hold();
    }
    return watch_.wait_for(-1, Interest::none, now + kLockPause);
  }
  locked_until_.reset();
  for (std::size_t i = 0; i < handlers_.size(); ++i) {
    if (handlers_[i] == nullptr) continue;
    if (added.ok()) {
      handlers_[i]->answer(answer_to(messages_[i], added.value()[i]));
    } else {
      handlers_[i]->refuse(added.failure());
    }
  }
  messages_.clear();
  handlers_.clear();
}

}  // namespace pawl::host
