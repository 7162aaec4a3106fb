// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pawl/host/client/message_source.hpp>
#include <pawl/host/client/reply_sink.hpp>
#include <pawl/host/store/outbox_file.hpp>

namespace pawl::host {

/// Messages of an input that knows how far it was read.
class PlacedSource : public MessageSource {
 public:
  /// What of the input is in the messages that were taken, if no further one is there now. None if it cannot be read
  /// twice, like a pipe.
  [[nodiscard]] virtual std::optional<InputPlace> place() const = 0;
};

/// Brings the messages of an input to a server's inbox, by way of an outbox. Each is put into the outbox before it is
/// sent, and removed once it is acknowledged (INBOX.md). It is both what a client sends and where the replies go.
class OutboxDelivery final : public MessageSource, public ReplySink {
 public:
  /// No more is read from the input while messages of so many bytes wait.
  static constexpr std::int64_t kMostWaiting = std::int64_t{64} << 20U;
  /// How many messages may be on their way over a stream.
  static constexpr std::size_t kStreamWindow = 64;

  /// What the link allows.
  struct Limits {
    /// The longest message, without its header.
    std::size_t longest = kLongestKept;
    /// How many messages may be on their way. It is 1 where they may be lost.
    std::size_t window = kStreamWindow;
  };

  /// The file outlives it. restart() comes before the first session.
  OutboxDelivery(OutboxFile& file, std::unique_ptr<PlacedSource> input, const Limits& limits);

  // The messages.
  [[nodiscard]] std::optional<Fragment> next() const override;
  void taken(std::size_t n) override;
  [[nodiscard]] bool ended() const override { return input_->ended() && file_.waiting() == 0; }
  [[nodiscard]] int wants_input() const override;
  FailureOr<> read() override;
  FailureOr<> answered() override;
  [[nodiscard]] bool awaits_reply() const override { return !on_the_way_.empty(); }
  Missed missed() override;
  void restart() override;

  // The acknowledgements. Kind::unacknowledged if something else comes.
  FailureOr<> take(Bytes fragment, bool last) override;
  void cut() override { reply_.clear(); }
  FailureOr<> flush() override { return failure_ ? FailureOr<>(*failure_) : FailureOr<>(); }
  [[nodiscard]] bool busy() const override { return false; }
  [[nodiscard]] int fd() const override { return -1; }

 private:
  FailureOr<> gather(std::vector<std::string>& messages);
  FailureOr<> acknowledge(std::int64_t number);
  void load();

  OutboxFile& file_;
  std::unique_ptr<PlacedSource> input_;
  Limits limits_;
  /// What was read of a message that is not ended.
  std::string begun_;
  /// The next message with its header, and how much of it was taken.
  std::optional<std::string> next_{};
  std::size_t taken_ = 0;
  /// Of the message that was loaded last.
  std::int64_t number_ = 0;
  std::deque<std::int64_t> on_the_way_;
  /// The last that was acknowledged.
  std::int64_t acknowledged_ = 0;
  /// The last whose acknowledgement did not come in time.
  std::int64_t missed_ = 0;
  /// What came of an acknowledgement that is not ended.
  std::string reply_;
  /// Why nothing could be loaded.
  std::optional<Failure> failure_{};
};

}  // namespace pawl::host
