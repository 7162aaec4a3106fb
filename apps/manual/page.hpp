// SPDX-License-Identifier: Apache-2.0
/// Manual pages, in the language of man(7).
#pragma once

#include <string>
#include <vector>

#include "description.hpp"

namespace pawl::manual {

/// "pawl-serve" for "pawl serve".
std::string page_name(const Command& command);

/// The page of `command`. `others` are the commands whose pages it refers to, and what is below `command` is in it but
/// for those. `date` is YYYY-MM-DD.
std::string page(const Command& command, const std::vector<const Command*>& others, const std::string& date);

}  // namespace pawl::manual
