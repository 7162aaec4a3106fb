// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <pawl/host/client/message_source.hpp>

namespace pawl::host {

/// The messages of another source, for a link on which a message is one unit, or for a client that sends a message
/// again if its answer does not come. Each is given whole, and after the answer to the one before.
class WholeMessages final : public MessageSource {
 public:
  /// What becomes of a message whose answer does not come. One that is kept is for the next session.
  enum class Unanswered : std::uint8_t { given_up, kept };

  /// A message may have `longest` bytes. If one has more, read() or answered() fails with Kind::message_too_long.
  WholeMessages(std::unique_ptr<MessageSource> parts, std::size_t longest, Unanswered unanswered);

  [[nodiscard]] std::optional<Fragment> next() const override;
  void taken(std::size_t n) override;
  [[nodiscard]] bool ended() const override { return !whole_ && bytes_.empty() && parts_->ended(); }
  [[nodiscard]] int wants_input() const override { return whole_ ? -1 : parts_->wants_input(); }
  FailureOr<> read() override;
  FailureOr<> answered() override;
  Missed missed() override;
  void restart() override;

 private:
  FailureOr<> gather();

  std::unique_ptr<MessageSource> parts_;
  std::size_t longest_;
  Unanswered unanswered_;
  /// The message, until it is answered.
  std::vector<std::uint8_t> bytes_;
  /// How much of it was taken.
  std::size_t taken_ = 0;
  bool whole_ = false;
  bool sent_ = false;
};

}  // namespace pawl::host
