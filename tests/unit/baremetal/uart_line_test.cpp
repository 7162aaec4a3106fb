// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <pawl/port/baremetal/uart_line.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test::uart_line_test {
namespace {

/// A UART that has room for so many bytes, and one whose interrupt puts bytes into the queue.
class FakeUart final : public Uart {
 public:
  explicit FakeUart(ReceiveQueue& queue) : queue_(queue) {}

  bool transmit(std::uint8_t byte) override {
    if (room_ == 0) return false;
    --room_;
    sent_.push_back(byte);
    return true;
  }
  void allow_receive() override {
    while (!waiting_.empty() && !queue_.full()) {
      queue_.put(waiting_.front());
      waiting_.erase(waiting_.begin());
    }
  }

  void arrive(Bytes bytes) {
    append(waiting_, bytes);
    allow_receive();
  }
  void make_room(int bytes) { room_ = bytes; }
  Buffer take_sent() { return std::exchange(sent_, {}); }

 private:
  ReceiveQueue& queue_;
  Buffer waiting_;
  Buffer sent_;
  int room_ = 0;
};

struct Line {
  ByteArray<16> storage{};
  ReceiveQueue queue{storage};
  FakeUart uart{queue};
  ByteArray<102> buffer{};
  UartLine line{uart, queue, buffer};
};

Buffer packet(Bytes datagram) {
  Buffer bytes(max_packet_size(datagram.size()));
  bytes.resize(PacketEncoder(datagram).encode(bytes));
  return bytes;
}

TEST(UartLine, SendsAsTheUartHasRoom) {
  Line end;
  const Buffer datagram = pattern(100);
  end.line.send(datagram, Instant{0});
  Buffer sent;
  int rounds = 0;
  for (; end.line.sending(); ++rounds) {
    end.uart.make_room(1);
    end.line.advance(Instant{0});
    append(sent, end.uart.take_sent());
  }
  Buffer wanted{0};
  append(wanted, packet(datagram));
  EXPECT_EQ(hex(sent), hex(wanted));
  EXPECT_EQ(rounds, static_cast<int>(wanted.size()));
}

TEST(UartLine, StartsWithAPacketEndAfterSilence) {
  Line end;
  const Buffer datagram = pattern(3);
  const auto starts_with_an_end = [&](Instant now) {
    end.uart.make_room(100);
    end.line.send(datagram, now);
    EXPECT_FALSE(end.line.sending());
    return end.uart.take_sent() != packet(datagram);
  };
  EXPECT_TRUE(starts_with_an_end(Instant{0})) << "after power-up";
  EXPECT_FALSE(starts_with_an_end(Instant{0}));
  EXPECT_FALSE(starts_with_an_end(Instant{99}));
  EXPECT_TRUE(starts_with_an_end(Instant{199}));
}

TEST(UartLine, ReceivesMoreThanItsQueueHolds) {
  Line end;
  const Buffer first = pattern(100);
  const Buffer second = bytes_of("second");
  end.uart.arrive(packet(first));
  end.uart.arrive(packet(second));
  EXPECT_EQ(hex(end.line.receive()), hex(first));
  EXPECT_EQ(hex(end.line.receive()), hex(second));
  EXPECT_TRUE(end.line.receive().empty());
}

TEST(UartLine, IsInStepAgainAfterNoise) {
  Line end;
  const Buffer datagram = bytes_of("datagram");
  Buffer altered = packet(datagram);
  altered[3] ^= 1;
  end.uart.arrive(pattern(50));
  end.uart.arrive(altered);
  end.uart.arrive(packet(pattern(101)));
  end.uart.arrive(packet(datagram));
  EXPECT_EQ(hex(end.line.receive()), hex(datagram));
  EXPECT_EQ(end.line.counters().dropped, 1U);
  EXPECT_GE(end.line.counters().corrupt, 1U);
}

TEST(UartLine, ForgetsWhatItAbandons) {
  Line end;
  end.uart.make_room(4);
  end.line.send(pattern(50), Instant{0});
  ASSERT_TRUE(end.line.sending());
  end.line.abandon();
  end.uart.make_room(100);
  end.line.advance(Instant{0});
  EXPECT_EQ(end.uart.take_sent().size(), 4U);
}

}  // namespace
}  // namespace pawl::test::uart_line_test
