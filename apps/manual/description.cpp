// SPDX-License-Identifier: Apache-2.0
#include "description.hpp"

namespace pawl::manual {

std::vector<const Command*> all_of(const Command& command) {
  std::vector<const Command*> all{&command};
  for (const Command& below : command.commands) {
    const std::vector<const Command*> more = all_of(below);
    all.insert(all.end(), more.begin(), more.end());
  }
  return all;
}

}  // namespace pawl::manual
