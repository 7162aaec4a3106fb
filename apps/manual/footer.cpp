// SPDX-License-Identifier: Apache-2.0
#include "footer.hpp"

#include <sstream>

namespace pawl::manual {
namespace {

/// What the lines belong to that come next.
enum class Part { text, examples, exit_codes };

/// Whether `line` is a heading. `part` is then what comes below it.
bool is_heading(const std::string& line, Part& part) {
  if (line == "Example:" || line == "Examples:") {
    part = Part::examples;
    return true;
  }
  if (line == "Exit codes:") {
    part = Part::exit_codes;
    return true;
  }
  return false;
}

Line parse_line(const std::string& text) {
  const std::size_t start = text.find_first_not_of(' ');
  const std::size_t gap = text.find("  ", start);
  if (gap == std::string::npos) return {text.substr(start), ""};
  const std::size_t comment = text.find_first_not_of(' ', gap);
  return {text.substr(start, gap - start), text.substr(comment)};
}

/// `begin` says whether an empty line was before it.
void add_to_text(std::vector<Block>& text, const std::string& line, bool begin) {
  const bool indented = line.front() == ' ';
  if (begin || text.empty() || text.back().lines.empty() == indented) text.emplace_back();
  if (indented) {
    text.back().lines.push_back(parse_line(line));
  } else {
    std::string& paragraph = text.back().paragraph;
    paragraph += (paragraph.empty() ? "" : " ") + line;
  }
}

}  // namespace

Footer parse_footer(const std::string& footer) {
  Footer made;
  std::istringstream input(footer);
  Part part = Part::text;
  bool begin = true;
  for (std::string line; std::getline(input, line);) {
    const bool ended = line.empty() || is_heading(line, part);
    if (!ended) {
      if (line.front() != ' ') part = Part::text;
      if (part == Part::examples) made.examples.push_back(parse_line(line));
      if (part == Part::text) add_to_text(made.text, line, begin);
    }
    begin = ended;
  }
  return made;
}

}  // namespace pawl::manual
