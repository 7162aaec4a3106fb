// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <variant>

#include <pawl/host/net/datagram_port.hpp>
#include <pawl/host/net/listener.hpp>

namespace pawl::host {

/// A way into a server, of either kind.
using WayIn = std::variant<std::unique_ptr<StreamListener>, std::unique_ptr<DatagramPort>>;

/// What listens on a socket that somebody else has bound, such as a service manager. `name` is for messages.
/// Kind::socket if it is no stream or datagram socket of IPv6 or IPv4.
FailureOr<WayIn> listen_on_socket(Descriptor socket, const std::string& name);

}  // namespace pawl::host
