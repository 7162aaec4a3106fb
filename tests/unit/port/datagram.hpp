// SPDX-License-Identifier: Apache-2.0
/// Datagrams over the loopback interface.
#pragma once

#include <pawl/port/posix/udp.hpp>

#include "tests/unit/port/loopback.hpp"

namespace pawl::test {

constexpr std::size_t kLongest = 1500;

struct Datagram {
  Buffer bytes;
  Address from;
};

/// The next datagram, or none if kPatience is over.
template <class Socket>
Datagram receive_from(Socket& socket, std::size_t size = kLongest) {
  Datagram datagram{Buffer(size), {}};
  EXPECT_TRUE(wait_for(socket.fd(), POLLIN));
  auto got = socket.receive(datagram.bytes);
  // A server says once that a batch has ended.
  if (got.ok() && got.value().size == 0) got = socket.receive(datagram.bytes);
  EXPECT_TRUE(got.ok());
  datagram.bytes.resize(got.value().size);
  datagram.from = got.value().from;
  return datagram;
}

}  // namespace pawl::test
