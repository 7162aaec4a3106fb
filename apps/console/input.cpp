// SPDX-License-Identifier: Apache-2.0
#include "input.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace pawl::app {

host::FailureOr<> Input::read() {
  begin_ = end_ = 1;
  const ssize_t got = ::read(fd_, buffer_.data() + 1, buffer_.size() - 1);
  if (got > 0) end_ += static_cast<std::size_t>(got);
  if (got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN))) return {};
  ended_ = true;
  if (got == 0) return {};
  return host::Failure{.kind = host::Failure::Kind::input, .error = {errno, std::generic_category()}, .detail = what_};
}

}  // namespace pawl::app
