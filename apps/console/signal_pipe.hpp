// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/port/posix/descriptor.hpp>

namespace pawl::app {

/// How a signal handler wakes a loop, which waits for the end of a pipe that is read.
class SignalPipe {
 public:
  /// AppError(io) if the system is out of descriptors.
  SignalPipe();

  /// The descriptor to wait for. It is readable after note() until drain().
  [[nodiscard]] int fd() const { return read_end_.get(); }
  /// What the handler gives to note().
  [[nodiscard]] int write_fd() const { return write_end_.get(); }
  /// For the handler. It changes nothing else, errno included.
  static void note(int write_fd);
  void drain() const;

 private:
  Descriptor read_end_;
  Descriptor write_end_;
};

}  // namespace pawl::app
