// SPDX-License-Identifier: Apache-2.0
/// Text in the language of man(7).
#pragma once

#include <string>

namespace pawl::manual {

/// Part of a line, in which nothing is a command to the formatter.
std::string plain(const std::string& text);
std::string bold(const std::string& text);
std::string italic(const std::string& text);

/// Lines of running text. Each sentence begins a line, and none is longer than what an editor shows.
std::string running(const std::string& text);

}  // namespace pawl::manual
