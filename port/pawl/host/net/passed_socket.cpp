// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>

#include <utility>

#include <pawl/host/base/text.hpp>
#include <pawl/host/net/passed_socket.hpp>

namespace pawl::host {
namespace {

bool is_datagram_socket(const Descriptor& socket) {
  int type = 0;
  socklen_t size = sizeof(type);
  return ::getsockopt(socket.get(), SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_DGRAM;
}

/// What `Way` makes of a socket that was adopted.
template <class Way, class Socket>
FailureOr<WayIn> way_in(PosixResult<Socket> adopted, const std::string& name) {
  if (adopted.ok()) return WayIn(std::make_unique<Way>(std::move(adopted.value())));
  return Failure{.kind = Failure::Kind::socket, .error = adopted.error(), .detail = printable(bytes_of(name))};
}

}  // namespace

FailureOr<WayIn> listen_on_socket(Descriptor socket, const std::string& name) {
  return is_datagram_socket(socket) ? way_in<UdpServerPort>(UdpServer::adopt(std::move(socket)), name)
                                    : way_in<TcpStreamListener>(TcpListener::adopt(std::move(socket)), name);
}

}  // namespace pawl::host
