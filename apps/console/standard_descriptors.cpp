// SPDX-License-Identifier: Apache-2.0
#include "standard_descriptors.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace pawl::app {

void occupy_standard_descriptors() {
  // The lowest free number is taken each time.
  int last = -1;
  do {
    last = ::open("/dev/null", O_RDONLY);
  } while (last >= 0 && last <= STDERR_FILENO);
  if (last >= 0) ::close(last);
}

}  // namespace pawl::app
