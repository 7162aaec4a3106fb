// SPDX-License-Identifier: Apache-2.0
#include "signal_pipe.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "failure_text.hpp"

namespace pawl::app {

SignalPipe::SignalPipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) throw file_error("make", "a pipe");
  read_end_ = Descriptor(ends[0]);
  write_end_ = Descriptor(ends[1]);
}

void SignalPipe::note(int write_fd) {
  const int error = errno;
  // A pipe that takes no more is readable already.
  static_cast<void>(::write(write_fd, "", 1) == 1);
  errno = error;
}

void SignalPipe::drain() const {
  std::array<char, 64> bytes{};
  while (::read(fd(), bytes.data(), bytes.size()) > 0) continue;
}

}  // namespace pawl::app
