// SPDX-License-Identifier: Apache-2.0
/// What stands below the options in --help, taken apart.
#pragma once

#include <string>
#include <vector>

#include "description.hpp"

namespace pawl::manual {

struct Footer {
  std::vector<Block> text;
  std::vector<Line> examples;
};

/// Indented lines stand as they are, and two spaces or more separate a comment from them. Those under "Example:" or
/// "Examples:" are the examples. The exit codes are left out, because a page has them from where the program has them.
Footer parse_footer(const std::string& footer);

}  // namespace pawl::manual
