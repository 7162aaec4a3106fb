// SPDX-License-Identifier: Apache-2.0
#include <netdb.h>

#include <algorithm>
#include <memory>

#include <pawl/port/posix/resolve.hpp>
#include <pawl/port/posix/socket.hpp>

namespace pawl {
namespace {

class ResolverCategory final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "resolver"; }
  [[nodiscard]] std::string message(int code) const override { return ::gai_strerror(code); }
};

struct FreeList {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

}  // namespace

const std::error_category& resolver_category() {
  static const ResolverCategory category;
  return category;
}

PosixResult<std::vector<Address>> resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  // Asks for each address once, not for each type of socket. It says nothing about the rest.
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* first = nullptr;
  const int failed = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &first);
  if (failed == EAI_SYSTEM) return last_error();
  if (failed != 0) return std::error_code(failed, resolver_category());
  const std::unique_ptr<addrinfo, FreeList> list(first);
  std::vector<Address> addresses;
  for (const addrinfo* each = first; each != nullptr; each = each->ai_next) {
    SocketAddress socket_address;
    socket_address.size = each->ai_addrlen;
    std::memcpy(&socket_address.storage, each->ai_addr, each->ai_addrlen);
    const Address address = address_of(socket_address);
    if (std::ranges::find(addresses, address) == addresses.end()) addresses.push_back(address);
  }
  return addresses;
}

}  // namespace pawl
