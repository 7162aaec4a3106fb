// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/client/outbox_delivery.hpp>

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pawl/host/base/text.hpp>
#include "tests/unit/host/client_world.hpp"
#include "tests/unit/host/failures.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::host::outbox_delivery_test {
namespace {

using test::failure_of;
using test::succeeds;
using test::value_of;
using Kind = Failure::Kind;
using Texts = std::vector<std::string>;

/// Gives what the test puts in, each piece a message that a line end ends.
class Lines final : public PlacedSource {
 public:
  [[nodiscard]] std::optional<Fragment> next() const override {
    if (read_.empty()) return std::nullopt;
    const bool last = read_.front().ends_with('\n');
    return Fragment{bytes_of(read_.front()).first(read_.front().size() - (last ? 1 : 0)), last};
  }
  void taken(std::size_t /*all of it*/) override {
    offset_ += static_cast<std::int64_t>(read_.front().size());
    read_.pop_front();
  }
  [[nodiscard]] bool ended() const override { return ends && unread.empty() && read_.empty(); }
  [[nodiscard]] int wants_input() const override { return unread.empty() ? -1 : 0; }
  FailureOr<> read() override {
    read_ = std::exchange(unread, {});
    return {};
  }
  [[nodiscard]] std::optional<InputPlace> place() const override { return InputPlace{1, 2, 3, offset_}; }

  std::deque<std::string> unread;
  bool ends = true;

 private:
  std::deque<std::string> read_;
  std::int64_t offset_ = 0;
};

class OutboxDeliveryTest : public testing::Test {
 protected:
  OutboxDeliveryTest() { begin({}); }

  void begin(const OutboxDelivery::Limits& limits) {
    auto lines = std::make_unique<Lines>();
    lines_ = lines.get();
    delivery_.emplace(file_, std::move(lines), limits);
    delivery_->restart();
  }
  void put(std::deque<std::string> lines) {
    lines_->unread = std::move(lines);
    EXPECT_TRUE(succeeds(delivery_->read()));
  }
  /// All that is sent now, without the headers, and the numbers in those.
  Texts send() {
    Texts all;
    while (const auto fragment = delivery_->next()) {
      EXPECT_TRUE(fragment->last);
      const auto number = parse_outbox_header(fragment->bytes);
      EXPECT_TRUE(number && number->outbox == file_.id());
      const Bytes body = fragment->bytes.subspan(kOutboxHeader);
      all.push_back(std::to_string(number ? number->number : 0) + ":" + std::string(body.begin(), body.end()));
      delivery_->taken(fragment->bytes.size());
    }
    return all;
  }
  FailureOr<> take(const std::string& reply) { return delivery_->take(bytes_of(reply), true); }
  std::string header(std::int64_t number) { return outbox_header({file_.id(), number}); }
  void acknowledge(std::int64_t number) {
    EXPECT_TRUE(succeeds(take(header(number))));
    EXPECT_TRUE(succeeds(delivery_->answered()));
  }

  test::TemporaryDirectory directory_;
  OutboxFile file_ = value_of(OutboxFile::open(directory_ / "outbox.db"));
  Lines* lines_ = nullptr;
  std::optional<OutboxDelivery> delivery_;
};

TEST_F(OutboxDeliveryTest, KeepsWhatItSendsUntilItIsAcknowledged) {
  put({"a\n", "b\n"});
  EXPECT_EQ(file_.waiting(), 2);
  EXPECT_EQ(value_of(file_.place())->offset, 4);
  EXPECT_EQ(send(), (Texts{"1:a", "2:b"}));
  EXPECT_EQ(file_.waiting(), 2);
  EXPECT_FALSE(delivery_->ended());
  acknowledge(1);
  EXPECT_EQ(file_.waiting(), 1);
  acknowledge(2);
  EXPECT_EQ(file_.waiting(), 0);
  EXPECT_TRUE(delivery_->ended());
}

TEST_F(OutboxDeliveryTest, DoesNotEndBeforeTheInputDoes) {
  lines_->ends = false;
  EXPECT_FALSE(delivery_->ended());
  lines_->ends = true;
  EXPECT_TRUE(delivery_->ended());
}

TEST_F(OutboxDeliveryTest, KeepsAMessageOnceAllOfItIsRead) {
  put({"a", "b"});
  EXPECT_EQ(file_.waiting(), 0);
  put({"c\n"});
  EXPECT_EQ(send(), Texts{"1:abc"});
}

TEST_F(OutboxDeliveryTest, SendsFirstWhatIsLeftOfAnEarlierRun) {
  put({"a\n", "b\n"});
  send();
  acknowledge(1);
  begin({});
  put({"c\n"});
  EXPECT_EQ(send(), (Texts{"2:b", "3:c"}));
}

TEST_F(OutboxDeliveryTest, SendsAgainInTheNextSessionWhatWasNotAcknowledged) {
  put({"a\n", "b\n", "c\n"});
  send();
  acknowledge(1);
  delivery_->restart();
  EXPECT_EQ(send(), (Texts{"2:b", "3:c"}));
  acknowledge(2);
  acknowledge(3);
  EXPECT_TRUE(delivery_->ended());
}

TEST_F(OutboxDeliveryTest, SendsAllOfAMessageAgainThatWasSentInPart) {
  put({"abc\n"});
  delivery_->taken(5);
  delivery_->restart();
  EXPECT_EQ(send(), Texts{"1:abc"});
}

TEST_F(OutboxDeliveryTest, HasAFewOnTheirWayAndNoMore) {
  begin({.longest = 10, .window = 2});
  put({"a\n", "b\n", "c\n"});
  EXPECT_EQ(send(), (Texts{"1:a", "2:b"}));
  acknowledge(1);
  EXPECT_EQ(send(), Texts{"3:c"});
}

TEST_F(OutboxDeliveryTest, ReadsNoMoreThanMayWait) {
  const std::string large(kLongestKept, 'x');
  std::int64_t messages = 0;
  for (lines_->unread = {large + "\n"}; delivery_->wants_input() >= 0; lines_->unread = {large + "\n"}) {
    ASSERT_TRUE(succeeds(delivery_->read()));
    ++messages;
  }
  EXPECT_EQ(messages, OutboxDelivery::kMostWaiting / static_cast<std::int64_t>(kLongestKept));
  EXPECT_EQ(send().size(), static_cast<std::size_t>(messages));
  acknowledge(1);
  EXPECT_GE(delivery_->wants_input(), 0);
}

TEST_F(OutboxDeliveryTest, KeepsWhatCameBeforeAMessageThatIsTooLong) {
  begin({.longest = 3, .window = 2});
  lines_->unread = {"abc\n", "ab", "cd\n"};
  EXPECT_TRUE(test::has(failure_of(Kind::message_too_long, delivery_->read()).detail, "3 bytes"));
  EXPECT_EQ(file_.waiting(), 1);
}

// Acknowledgements.

TEST_F(OutboxDeliveryTest, TakesNothingElseForAnAcknowledgement) {
  put({"a\n", "b\n"});
  send();
  const std::string other = outbox_header({OutboxId{9}, 1});
  for (const std::string& reply : {std::string(), std::string("Server stored: 1"), header(2), header(3), other,
                                   header(1) + "x", header(1).substr(1)}) {
    failure_of(Kind::unacknowledged, take(reply));
    delivery_->cut();
    EXPECT_EQ(file_.waiting(), 2) << "nothing is removed for it";
  }
  acknowledge(1);
}

TEST_F(OutboxDeliveryTest, TakesNoAcknowledgementOfWhatWasNotSent) {
  put({"a\n"});
  failure_of(Kind::unacknowledged, take(header(1)));
  EXPECT_EQ(file_.waiting(), 1);
}

TEST_F(OutboxDeliveryTest, GathersTheFragmentsOfAnAcknowledgement) {
  put({"a\n"});
  send();
  EXPECT_TRUE(succeeds(delivery_->take(bytes_of(header(1).substr(0, 5)), false)));
  EXPECT_TRUE(succeeds(delivery_->take(bytes_of(header(1).substr(5)), true)));
  EXPECT_EQ(file_.waiting(), 0);
}

TEST_F(OutboxDeliveryTest, ForgetsAnAcknowledgementThatWasCut) {
  put({"a\n"});
  send();
  EXPECT_TRUE(succeeds(delivery_->take(bytes_of(header(1).substr(0, 5)), false)));
  delivery_->cut();
  delivery_->restart();
  send();
  acknowledge(1);
  EXPECT_EQ(file_.waiting(), 0);
}

// Over datagrams.

TEST_F(OutboxDeliveryTest, SendsAgainWhatWasMissedAndTakesBothAcknowledgements) {
  begin({.longest = 10, .window = 1});
  put({"a\n", "b\n"});
  EXPECT_EQ(send(), Texts{"1:a"});
  EXPECT_EQ(delivery_->missed(), MessageSource::Missed::sent_again);
  EXPECT_EQ(send(), Texts{"1:a"});
  acknowledge(1);
  EXPECT_EQ(send(), Texts{"2:b"});
  acknowledge(1);
  EXPECT_TRUE(delivery_->awaits_reply()) << "that was not the reply to the second";
  EXPECT_EQ(file_.waiting(), 1);
  EXPECT_EQ(send(), Texts());
  acknowledge(2);
  EXPECT_FALSE(delivery_->awaits_reply());
}

TEST_F(OutboxDeliveryTest, DoesNotSendAgainWhatWasAcknowledgedLate) {
  begin({.longest = 10, .window = 1});
  put({"a\n", "b\n"});
  send();
  EXPECT_EQ(delivery_->missed(), MessageSource::Missed::sent_again);
  acknowledge(1);
  EXPECT_EQ(send(), Texts{"2:b"});
}

}  // namespace
}  // namespace pawl::host::outbox_delivery_test
