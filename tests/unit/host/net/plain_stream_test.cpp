// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/net/plain_stream.hpp>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <optional>
#include <string>

#include <pawl/host/base/text.hpp>
#include <pawl/port/posix/tcp.hpp>

#include "tests/unit/host/world.hpp"

namespace pawl::host::plain_stream_test {
namespace {

/// Keeps what comes, up to `room` bytes.
class TestUser final : public PlainStream::User {
 public:
  std::size_t received(Bytes bytes) override {
    const std::size_t taken = std::min(bytes.size(), room);
    text.append(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
    room -= taken;
    return taken;
  }
  void input_ended() override { ++ends; }
  void output_drained() override { ++drained; }
  void broken(std::error_code error) override { failure = error; }

  std::string text;
  std::size_t room = SIZE_MAX;
  int ends = 0;
  int drained = 0;
  std::optional<std::error_code> failure;
};

/// A stream whose other end the test has.
class PlainStreamTest : public test::World {
 protected:
  /// Over a socket that knows no reset.
  void join() {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()), 0);
    begin(Descriptor(ends[0]), Descriptor(ends[1]));
  }
  void join_by_tcp() {
    auto listener = TcpListener::open("127.0.0.1", 0);
    ASSERT_TRUE(listener.ok());
    auto socket = tcp_connect("127.0.0.1", listener.value().port(), seconds(10));
    ASSERT_TRUE(socket.ok());
    begin(std::move(socket.value()), std::move(listener.value().accept().value()->socket));
  }
  void begin(Descriptor own, Descriptor other) {
    other_ = std::move(other);
    stream_ = std::make_unique<PlainStream>(loop_, user_, std::move(own));
  }
  void say(const std::string& text) {
    ASSERT_EQ(::send(other_.get(), text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
    settle();
  }
  /// What the other end can read now, at most so much.
  std::string heard(std::size_t most = SIZE_MAX) {
    std::string all;
    std::array<char, 4096> buffer{};
    for (;;) {
      const std::size_t size = std::min(buffer.size(), most - all.size());
      const ssize_t got = size == 0 ? 0 : ::recv(other_.get(), buffer.data(), size, 0);
      last_error_ = got < 0 ? errno : 0;
      if (got <= 0) return all;
      all.append(buffer.data(), static_cast<std::size_t>(got));
    }
  }
  void end_input() {
    ::shutdown(other_.get(), SHUT_WR);
    settle();
  }

  TestUser user_;
  Descriptor other_;
  std::unique_ptr<PlainStream> stream_;
  /// Of the last heard(). It is 0 at the end of the stream.
  int last_error_ = 0;
};

TEST_F(PlainStreamTest, CarriesBytesBothWays) {
  join();
  say("one");
  EXPECT_EQ(user_.text, "one");
  stream_->write(bytes_of("two"));
  stream_->write(bytes_of("three"));
  settle();
  EXPECT_EQ(heard(), "twothree");
  EXPECT_EQ(last_error_, EAGAIN);
}

TEST_F(PlainStreamTest, EndsOneDirectionAtATime) {
  join();
  stream_->write(bytes_of("last"));
  stream_->finish();
  stream_->write(bytes_of("too late"));
  settle();
  EXPECT_EQ(heard(), "last");
  EXPECT_EQ(last_error_, 0) << "it is the end";
  EXPECT_EQ(user_.drained, 1);
  say("still");
  EXPECT_EQ(user_.text, "still");
  EXPECT_EQ(user_.ends, 0);
  end_input();
  EXPECT_EQ(user_.ends, 1);
  EXPECT_FALSE(user_.failure);
}

TEST_F(PlainStreamTest, IsToldWhatItDidNotTakeAgain) {
  join();
  user_.room = 2;
  say("abcd");
  EXPECT_EQ(user_.text, "ab");
  stream_->listen(false);
  user_.room = SIZE_MAX;
  end_input();
  EXPECT_EQ(user_.text, "ab");
  EXPECT_EQ(user_.ends, 0) << "what came before is not taken";
  stream_->listen(true);
  settle();
  EXPECT_EQ(user_.text, "abcd");
  EXPECT_EQ(user_.ends, 1);
}

TEST_F(PlainStreamTest, ReadsNothingWhileNobodyListens) {
  join();
  stream_->listen(false);
  say("one");
  EXPECT_EQ(user_.text, "");
  stream_->listen(true);
  settle();
  EXPECT_EQ(user_.text, "one");
}

TEST_F(PlainStreamTest, IsFullUntilTheOtherReads) {
  join();
  const std::string block(PlainStream::kQueue, 'x');
  std::size_t written = 0;
  while (!stream_->full()) {
    stream_->write(bytes_of(block));
    written += block.size();
    settle();
    ASSERT_LT(written, 100 * block.size());
  }
  const int before = user_.drained;
  std::size_t read = 0;
  while (read < written) {
    read += heard().size();
    settle();
  }
  EXPECT_EQ(user_.drained, before + 1);
  EXPECT_FALSE(stream_->full());
}

/// Whoever closes has said what it had to say.
TEST_F(PlainStreamTest, ReceivesWhatCameBeforeItCannotWriteAnyMore) {
  join();
  ASSERT_EQ(::send(other_.get(), "bye", 3, 0), 3);
  other_.reset();
  stream_->write(bytes_of("hello"));
  settle();
  EXPECT_EQ(user_.text, "bye");
  EXPECT_EQ(user_.ends, 1);
  EXPECT_EQ(user_.failure, std::errc::broken_pipe);
}

// What the other program sees, which TCP can tell.

TEST_F(PlainStreamTest, EndsInGoodOrderIfBothDirectionsDid) {
  join_by_tcp();
  stream_->finish();
  end_input();
  ASSERT_EQ(user_.ends, 1);
  stream_.reset();
  heard();
  EXPECT_EQ(last_error_, 0);
}

TEST_F(PlainStreamTest, IsCutIfOneDirectionGoesOn) {
  join_by_tcp();
  end_input();
  ASSERT_EQ(user_.ends, 1);
  stream_.reset();
  heard();
  EXPECT_EQ(last_error_, ECONNRESET);
}

TEST_F(PlainStreamTest, IsCutWhenItIsToldTo) {
  join_by_tcp();
  stream_->reset();
  stream_->write(bytes_of("too late"));
  stream_->finish();
  stream_->listen(false);
  settle();
  heard();
  EXPECT_EQ(last_error_, ECONNRESET);
}

/// As the system does for a process that is killed.
TEST_F(PlainStreamTest, IsCutIfItsDescriptorIsClosed) {
  auto listener = TcpListener::open("127.0.0.1", 0);
  ASSERT_TRUE(listener.ok());
  auto socket = tcp_connect("127.0.0.1", listener.value().port(), seconds(10));
  ASSERT_TRUE(socket.ok());
  const int number = socket.value().get();
  begin(std::move(socket.value()), std::move(listener.value().accept().value()->socket));
  const Descriptor spare(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(::dup2(spare.get(), number), number);
  heard();
  EXPECT_EQ(last_error_, ECONNRESET);
}

TEST_F(PlainStreamTest, SaysThatTheOtherCutIt) {
  join_by_tcp();
  const linger none{.l_onoff = 1, .l_linger = 0};
  ASSERT_EQ(::setsockopt(other_.get(), SOL_SOCKET, SO_LINGER, &none, sizeof(none)), 0);
  other_.reset();
  settle();
  EXPECT_EQ(user_.failure, std::errc::connection_reset);
  EXPECT_EQ(user_.ends, 0);
}

}  // namespace
}  // namespace pawl::host::plain_stream_test
