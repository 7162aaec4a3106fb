// SPDX-License-Identifier: Apache-2.0
/// Real connections over the loopback interface. Nothing here waits for longer than kPatience.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>

#include <pawl/port/posix/tcp.hpp>

#include "tests/support/bytes.hpp"

namespace pawl::test {

constexpr int kPatience = 5000;

/// Waits for one of `events`, or an error, on `fd`; false if none came.
inline bool wait_for(int fd, decltype(pollfd::events) events) {
  pollfd wanted{fd, events, 0};
  return ::poll(&wanted, 1, kPatience) == 1;
}

/// Reads what comes next.
inline Result<std::size_t> read_now(TcpTransport& from, MutBytes buffer) {
  EXPECT_TRUE(wait_for(from.fd(), POLLIN));
  const auto got = from.read(buffer);
  // It may say once that it has taken all.
  return got.ok() && got.value() == 0 ? from.read(buffer) : got;
}

inline Buffer read_some(TcpTransport& from) {
  Buffer buffer(1000);
  const auto got = read_now(from, buffer);
  EXPECT_TRUE(got.ok());
  buffer.resize(got.value());
  return buffer;
}

inline Error read_end(TcpTransport& from) {
  ByteArray<1> byte{};
  return read_now(from, byte).error();
}

inline bool host_has(const std::string& address) { return TcpListener::open(address, 0).ok(); }

/// A listener at the parameter's address, and a connection to it.
class OverLoopback : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    auto listener = TcpListener::open(GetParam(), 0);
    if (!listener.ok()) GTEST_SKIP() << GetParam() << ": " << listener.error().message();
    listener_.emplace(std::move(listener.value()));
  }

  /// Connects client() and server(); returns what the server is told of its peer.
  PeerAddress connect() {
    auto client = tcp_connect(GetParam(), listener().port(), milliseconds(kPatience));
    EXPECT_TRUE(client.ok()) << client.error().message();
    EXPECT_TRUE(wait_for(listener().fd(), POLLIN));
    auto accepted = listener().accept();
    EXPECT_TRUE(accepted.ok() && accepted.value().has_value());
    client_.emplace(std::move(client.value()));
    server_.emplace(std::move(accepted.value()->socket));
    return accepted.value()->peer;
  }

  TcpListener& listener() { return listener_.value(); }
  void close_listener() { listener_.reset(); }
  TcpTransport& client() { return client_.value(); }
  TcpTransport& server() { return server_.value(); }

 private:
  std::optional<TcpListener> listener_;
  std::optional<TcpTransport> client_;
  std::optional<TcpTransport> server_;
};

inline std::string loopback_name(const testing::TestParamInfo<const char*>& each) {
  return each.param == std::string("::1") ? "v6" : "v4";
}

}  // namespace pawl::test
