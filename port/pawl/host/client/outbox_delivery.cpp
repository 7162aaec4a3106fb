// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include <pawl/host/base/text.hpp>
#include <pawl/host/client/outbox_delivery.hpp>

namespace pawl::host {
namespace {

Failure unacknowledged() { return {.kind = Failure::Kind::unacknowledged}; }

}  // namespace

OutboxDelivery::OutboxDelivery(OutboxFile& file, std::unique_ptr<PlacedSource> input, const Limits& limits)
    : file_(file), input_(std::move(input)), limits_(limits) {}

// From the input into the outbox.

int OutboxDelivery::wants_input() const { return file_.size() < kMostWaiting ? input_->wants_input() : -1; }

FailureOr<> OutboxDelivery::read() {
  PAWL_HOST_TRY(input_->read());
  std::vector<std::string> messages;
  const auto gathered = gather(messages);
  // What came before a message that is too long is kept.
  PAWL_HOST_TRY(file_.add(messages, input_->place()));
  load();
  return gathered.ok() ? flush() : gathered;
}

FailureOr<> OutboxDelivery::gather(std::vector<std::string>& messages) {
  while (const auto part = input_->next()) {
    if (part->bytes.size() > limits_.longest - begun_.size()) {
      return Failure{.kind = Failure::Kind::message_too_long,
                     .detail = "A message is longer than the " + std::to_string(limits_.longest) +
                               " bytes that one may have in an outbox"};
    }
    begun_.append(part->bytes.begin(), part->bytes.end());
    if (part->last) messages.push_back(std::exchange(begun_, {}));
    input_->taken(part->bytes.size());
  }
  return {};
}

// From the outbox to the server.

void OutboxDelivery::restart() {
  on_the_way_.clear();
  next_.reset();
  number_ = 0;
  reply_.clear();
  load();
}

MessageSource::Missed OutboxDelivery::missed() {
  missed_ = on_the_way_.empty() ? missed_ : on_the_way_.front();
  restart();
  return Missed::sent_again;
}

/// Makes the next message ready, if one may be sent.
void OutboxDelivery::load() {
  if (next_ || on_the_way_.size() >= limits_.window) return;
  auto found = file_.after(number_);
  if (!found.ok()) failure_ = found.failure();
  if (!found.ok() || !found.value()) return;
  number_ = found.value()->number;
  next_ = outbox_header({file_.id(), number_}) + found.value()->body;
  taken_ = 0;
}

std::optional<Fragment> OutboxDelivery::next() const {
  return next_ ? std::optional(Fragment{bytes_of(*next_).subspan(taken_), true}) : std::nullopt;
}

void OutboxDelivery::taken(std::size_t n) {
  taken_ += n;
  if (taken_ < next_->size()) return;
  on_the_way_.push_back(number_);
  next_.reset();
  load();
}

FailureOr<> OutboxDelivery::answered() {
  load();
  return flush();
}

FailureOr<> OutboxDelivery::take(Bytes fragment, bool last) {
  if (fragment.size() > kOutboxHeader - reply_.size()) return unacknowledged();
  reply_.append(fragment.begin(), fragment.end());
  if (!last) return {};
  const auto number = parse_outbox_header(bytes_of(std::exchange(reply_, {})));
  if (!number || number->outbox != file_.id()) return unacknowledged();
  return acknowledge(number->number);
}

/// They come in the order of the messages. Only one that was sent twice is acknowledged twice, and only one that was
/// missed is acknowledged while none is on its way.
FailureOr<> OutboxDelivery::acknowledge(std::int64_t number) {
  if (number <= acknowledged_) return {};
  const bool late = on_the_way_.empty() && number == missed_;
  if (!late && (on_the_way_.empty() || on_the_way_.front() != number)) return unacknowledged();
  PAWL_HOST_TRY(file_.remove(number));
  if (late) {
    next_.reset();
  } else {
    on_the_way_.pop_front();
  }
  acknowledged_ = number;
  return {};
}

}  // namespace pawl::host
