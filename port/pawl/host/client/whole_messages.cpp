// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include <pawl/host/client/whole_messages.hpp>

namespace pawl::host {

WholeMessages::WholeMessages(std::unique_ptr<MessageSource> parts, std::size_t longest, Unanswered unanswered)
    : parts_(std::move(parts)), longest_(longest), unanswered_(unanswered) {
  // What a source has before anything was read is never too long.
  static_cast<void>(gather());
}

std::optional<Fragment> WholeMessages::next() const {
  return whole_ && !sent_ ? std::optional(Fragment{Bytes(bytes_).subspan(taken_), true}) : std::nullopt;
}

void WholeMessages::taken(std::size_t n) {
  taken_ += n;
  sent_ = taken_ == bytes_.size();
}

FailureOr<> WholeMessages::read() {
  PAWL_HOST_TRY(parts_->read());
  return gather();
}

FailureOr<> WholeMessages::answered() {
  if (!sent_) return {};
  bytes_.clear();
  taken_ = 0;
  whole_ = sent_ = false;
  PAWL_HOST_TRY(parts_->answered());
  return gather();
}

MessageSource::Missed WholeMessages::missed() {
  return unanswered_ == Unanswered::given_up ? Missed::given_up : Missed::ends_session;
}

void WholeMessages::restart() {
  taken_ = 0;
  sent_ = false;
}

FailureOr<> WholeMessages::gather() {
  while (!whole_) {
    const auto part = parts_->next();
    if (!part) return {};
    if (part->bytes.size() > longest_ - bytes_.size()) {
      return Failure{.kind = Failure::Kind::message_too_long,
                     .detail = "A message is longer than the " + std::to_string(longest_) + " bytes that one may have"};
    }
    bytes_.insert(bytes_.end(), part->bytes.begin(), part->bytes.end());
    whole_ = part->last;
    parts_->taken(part->bytes.size());
  }
  return {};
}

}  // namespace pawl::host
