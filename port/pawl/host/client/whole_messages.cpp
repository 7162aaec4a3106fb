// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <utility>

#include <pawl/host/client/whole_messages.hpp>

namespace pawl::host {

WholeMessages::WholeMessages(std::unique_ptr<MessageSource> parts, std::size_t longest)
    : parts_(std::move(parts)), longest_(longest) {
  // What a source has before anything was read is never too long.
  static_cast<void>(gather());
}

std::optional<Fragment> WholeMessages::next() const {
  return whole_ && !awaiting_answer_ ? std::optional(Fragment{bytes_, true}) : std::nullopt;
}

void WholeMessages::taken(std::size_t /*all of it*/) {
  bytes_.clear();
  whole_ = false;
  awaiting_answer_ = true;
}

FailureOr<> WholeMessages::read() {
  PAWL_HOST_TRY(parts_->read());
  return gather();
}

FailureOr<> WholeMessages::answered() {
  awaiting_answer_ = false;
  PAWL_HOST_TRY(parts_->answered());
  return gather();
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
