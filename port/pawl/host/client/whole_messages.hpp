// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include <pawl/host/client/message_source.hpp>

namespace pawl::host {

/// The messages of another source, for a link on which a message is one unit. Each is given whole, and after the answer
/// to the one before.
class WholeMessages final : public MessageSource {
 public:
  /// A message may have `longest` bytes. If one has more, read() or answered() fails with Kind::message_too_long.
  WholeMessages(std::unique_ptr<MessageSource> parts, std::size_t longest);

  [[nodiscard]] std::optional<Fragment> next() const override;
  void taken(std::size_t n) override;
  [[nodiscard]] bool ended() const override { return !whole_ && bytes_.empty() && parts_->ended(); }
  [[nodiscard]] int wants_input() const override { return whole_ || awaiting_answer_ ? -1 : parts_->wants_input(); }
  FailureOr<> read() override;
  FailureOr<> answered() override;

 private:
  FailureOr<> gather();

  std::unique_ptr<MessageSource> parts_;
  std::size_t longest_;
  std::vector<std::uint8_t> bytes_;
  bool whole_ = false;
  bool awaiting_answer_ = false;
};

}  // namespace pawl::host
