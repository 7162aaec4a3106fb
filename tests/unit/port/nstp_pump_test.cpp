// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/port/nstp_pump.hpp>
#include <pawl/port/sim/pipe.hpp>

#include "tests/support/nstp.hpp"

namespace pawl::test::nstp_pump_test {
namespace {

constexpr int kMostRounds = 10'000;

/// A client and a server on the ends of a pipe. The client says `texts`, each after the answer to the one before.
class NstpLine {
 public:
  explicit NstpLine(const PipeLimits& limits, std::size_t read_size = 256)
      : pipe_(limits), buffers_(2, Buffer(read_size)) {
    server.answers = false;
    EXPECT_TRUE(server.start(now).ok());
    EXPECT_TRUE(client.start(now).ok());
    server_pump_.emplace(server.side(), pipe_.second(), buffers_[0]);
    client_pump_.emplace(client.side(), pipe_.first(), buffers_[1]);
  }

  NstpPump& client_pump() { return *client_pump_; }
  NstpPump& server_pump() { return *server_pump_; }
  Pipe& pipe() { return pipe_; }

  /// Until both are finished, or nothing has happened for long.
  void run() {
    for (int i = 0; i < kMostRounds && !(client_pump_->finished() && server_pump_->finished()); ++i) {
      act(client_pump_->run(now));
      act(server_pump_->run(now));
    }
  }

  Instant now{1'000'000};
  SeededRandom client_random{1};
  SeededRandom server_random{2};
  NstpClient client{client_random};
  NstpServer server{server_random};
  std::vector<Buffer> texts;
  std::vector<Buffer> answers;
  std::vector<Buffer> messages;
  std::optional<Error> client_closed;
  std::optional<Error> server_closed;
  /// Whether the client closes at the end.
  bool closes = true;

 private:
  void act(const nstp::Event& event) {
    if (std::holds_alternative<nstp::PskWanted>(event)) {
      EXPECT_TRUE(server.side().provide(nstp_psk()).ok());
    }
    if (std::holds_alternative<nstp::Established>(event)) speak_ = true;
    if (const auto* message = std::get_if<nstp::Message>(&event)) take(*message);
    if (const auto* end = std::get_if<nstp::Closed>(&event)) {
      (client.side().is_over() && !client_closed ? client_closed : server_closed) = end->error;
    }
    if (client.side().is_open() && speak_ && !client.side().awaits_response()) say();
  }

  void take(const nstp::Message& message) {
    Buffer text(message.text.begin(), message.text.end());
    if (messages.size() > answers.size()) {
      answers.push_back(text);
    } else {
      messages.push_back(text);
      EXPECT_TRUE(server.side().respond(nstp_answer(text)).ok());
    }
  }

  void say() {
    if (answers.size() < texts.size()) {
      EXPECT_TRUE(client.side().send(texts[answers.size()], now).ok());
    } else if (closes) {
      client.side().close();
    }
  }

  Pipe pipe_;
  std::vector<Buffer> buffers_;
  std::optional<NstpPump> server_pump_;
  std::optional<NstpPump> client_pump_;
  bool speak_ = false;
};

class NstpPumpOver : public testing::TestWithParam<PipeLimits> {};

TEST_P(NstpPumpOver, BothSidesUnderstandEachOther) {
  NstpLine line(GetParam());
  line.texts = {bytes_of("one"), {}, pattern(200), bytes_of("four")};
  line.run();
  EXPECT_EQ(line.messages, line.texts);
  ASSERT_EQ(line.answers.size(), line.texts.size());
  for (std::size_t i = 0; i < line.texts.size(); ++i) EXPECT_EQ(line.answers[i], nstp_answer(line.texts[i]));
  EXPECT_EQ(line.client_closed, Error::none);
  EXPECT_EQ(line.server_closed, Error::none);
  EXPECT_TRUE(line.client_pump().finished());
  EXPECT_TRUE(line.server_pump().finished());
}

INSTANTIATE_TEST_SUITE_P(Pipes, NstpPumpOver,
                         testing::Values(PipeLimits{}, PipeLimits{65536, 1, 65536}, PipeLimits{65536, 65536, 1},
                                         PipeLimits{7, 3, 2}),
                         [](const auto& test) { return "limits" + std::to_string(test.index); });

TEST(NstpPump, WaitsForWhatItNeeds) {
  NstpLine line(PipeLimits{5, 64, 64});
  NstpPump& client = line.client_pump();
  EXPECT_TRUE(client.wants_write());
  EXPECT_TRUE(client.wants_read());
  EXPECT_EQ(client.deadline(), line.now + seconds(31));
  EXPECT_FALSE(is_event(client.run(line.now)));
  EXPECT_TRUE(client.wants_write()) << "the pipe takes five bytes of a longer hello";
}

TEST(NstpPump, IsDueAtOnceUntilItsEventsAreTaken) {
  NstpLine line(PipeLimits{});
  NstpPump& server = line.server_pump();
  line.client_pump().run(line.now);
  EXPECT_TRUE(std::holds_alternative<nstp::PskWanted>(server.run(line.now)));
  EXPECT_EQ(server.deadline(), line.now + seconds(30));
  line.server.side().close();
  EXPECT_EQ(server.deadline(), at_once());
  EXPECT_TRUE(std::holds_alternative<nstp::Closed>(server.run(line.now)));
  EXPECT_EQ(server.deadline(), at_once()) << "the transport is still to be closed";
  EXPECT_FALSE(is_event(server.run(line.now)));
  EXPECT_TRUE(server.finished());
  EXPECT_EQ(server.deadline(), std::nullopt);
}

TEST(NstpPump, TellsTheEndOfTheStream) {
  NstpLine line(PipeLimits{});
  line.pipe().first().close();
  line.run();
  EXPECT_EQ(line.server_closed, Error::connection_lost);
  EXPECT_TRUE(line.server_pump().finished());
}

TEST(NstpPump, KeepsTime) {
  NstpLine line(PipeLimits{});
  line.closes = false;
  for (int i = 0; i < 100; ++i) line.server_pump().run(line.now);
  line.now = line.now + seconds(10);
  EXPECT_TRUE(std::holds_alternative<nstp::Closed>(line.server_pump().run(line.now)));
  line.server_pump().run(line.now);
  EXPECT_TRUE(line.server_pump().finished());
  EXPECT_FALSE(line.server_pump().deadline());
}

TEST(NstpPump, DeliversWhatIsLeftForAWhile) {
  for (const bool reader_is_there : {true, false}) {
    NstpLine line(PipeLimits{5, 64, 64});
    NstpPump& client = line.client_pump();
    client.run(line.now);
    line.client.side().close();
    EXPECT_TRUE(std::holds_alternative<nstp::Closed>(client.run(line.now)));
    client.run(line.now);
    EXPECT_FALSE(client.finished());
    EXPECT_EQ(client.deadline(), line.now + seconds(5));
    if (reader_is_there) {
      ByteArray<64> bytes{};
      for (int i = 0; i < 10; ++i) {
        static_cast<void>(line.pipe().second().read(bytes));
        client.run(line.now);
      }
    } else {
      client.run(line.now + seconds(5));
    }
    EXPECT_TRUE(client.finished());
  }
}

}  // namespace
}  // namespace pawl::test::nstp_pump_test
