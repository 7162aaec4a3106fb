// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <ctime>

#include <pawl/host/base/time_of_day.hpp>

namespace pawl::host {

std::uint64_t SystemTimeOfDay::seconds() {
  // A clock before 1970 is as good as one at 1970.
  return static_cast<std::uint64_t>(std::max<std::time_t>(std::time(nullptr), 0));
}

}  // namespace pawl::host
