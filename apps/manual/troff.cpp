// SPDX-License-Identifier: Apache-2.0
#include "troff.hpp"

#include <sstream>

namespace pawl::manual {
namespace {

constexpr std::size_t kLineLength = 78;

/// A letter that the formatter would take for something else, or show as another one.
std::string escaped(char letter) {
  switch (letter) {
    case '\\':
      return "\\e";
    case '-':
      return "\\-";
    case '\'':
      return "\\(aq";
    case '`':
      return "\\(ga";
    case '^':
      return "\\(ha";
    case '~':
      return "\\(ti";
    default:
      return {letter};
  }
}

bool ends_sentence(const std::string& word) {
  return word.ends_with('.') || word.ends_with('?') || word.ends_with('!');
}

}  // namespace

std::string plain(const std::string& text) {
  std::string made = text.starts_with('.') ? "\\&" : "";
  for (const char letter : text) made += escaped(letter);
  return made;
}

std::string bold(const std::string& text) { return "\\fB" + plain(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + plain(text) + "\\fR"; }

std::string running(const std::string& text) {
  std::istringstream input(text);
  std::string made;
  std::string line;
  for (std::string word; input >> word;) {
    const std::string next = plain(word);
    if (!line.empty() && line.size() + 1 + next.size() > kLineLength) {
      made += line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + next;
    if (ends_sentence(word)) {
      made += line + "\n";
      line.clear();
    }
  }
  return line.empty() ? made : made + line + "\n";
}

}  // namespace pawl::manual
