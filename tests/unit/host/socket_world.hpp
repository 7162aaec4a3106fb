// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

#include <pawl/port/posix/descriptor.hpp>

#include "tests/unit/host/world.hpp"

namespace pawl::host::test {

/// Besides what is in the loop, sockets of the test on the loopback interface, which need no virtual time.
class SocketWorld : public World {
 protected:
  /// What comes there, up to so much, or until the end or an error. That is in error_, and 0 for the end.
  std::string heard(const Descriptor& socket, std::size_t most) {
    std::string all;
    std::array<char, 256> buffer{};
    error_ = 0;
    EXPECT_TRUE(await([&] {
      const ssize_t got = ::recv(socket.get(), buffer.data(), std::min(buffer.size(), most - all.size()), MSG_DONTWAIT);
      if (got > 0) all.append(buffer.data(), static_cast<std::size_t>(got));
      error_ = got < 0 ? errno : 0;
      return all.size() == most || got == 0 || (got < 0 && errno != EAGAIN);
    }));
    return all;
  }
  static void say(const Descriptor& socket, const std::string& text) {
    EXPECT_EQ(::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }

  int error_ = 0;
};

}  // namespace pawl::host::test
