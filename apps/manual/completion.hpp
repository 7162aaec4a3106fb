// SPDX-License-Identifier: Apache-2.0
/// Scripts by which shells complete the commands, options and values of the program.
#pragma once

#include <string>

#include "description.hpp"

namespace pawl::manual {

std::string bash_completion(const Command& program);
std::string zsh_completion(const Command& program);
std::string fish_completion(const Command& program);

}  // namespace pawl::manual
