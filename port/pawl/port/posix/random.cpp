// SPDX-License-Identifier: Apache-2.0
#include <sys/random.h>

#include <cerrno>

#include <pawl/port/posix/random.hpp>

namespace pawl {

Status SystemRandom::fill(MutBytes out) {
  while (!out.empty()) {
    const ssize_t got = ::getrandom(out.data(), out.size(), 0);
    if (got > 0) {
      out = out.subspan(static_cast<std::size_t>(got));
    } else if (got == 0 || errno != EINTR) {
      return Error::random_failed;
    }
  }
  return Error::none;
}

}  // namespace pawl
