// SPDX-License-Identifier: Apache-2.0
#include "page.hpp"

#include <algorithm>
#include <cctype>
#include <pawl/base/version.hpp>

#include "console/exit_code.hpp"
#include "joined.hpp"
#include "troff.hpp"

namespace pawl::manual {
namespace {

std::string section(const std::string& title, const std::string& body) {
  const std::string paragraph = ".PP\n";  // A section begins one by itself.
  const std::string text = body.starts_with(paragraph) ? body.substr(paragraph.size()) : body;
  return text.empty() ? "" : ".SH " + title + "\n" + text;
}

char upper_case(char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); }

std::string sentence(std::string text) {
  if (text.empty()) return text;
  text.front() = upper_case(text.front());
  return text.ends_with('.') ? text : text + ".";
}

/// What a sentence says, in the form that lists of pages have.
std::string brief(std::string text) {
  text.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(text.front())));
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string tagged(const std::string& tag, const std::string& text) { return ".TP\n" + tag + "\n" + running(text); }

std::string listed(const std::vector<std::string>& names) { return joined(names, ", "); }

std::string body_of(const Option& option) {
  std::string body = sentence(option.help);
  if (!option.range.empty()) body += " From " + option.range + ".";
  if (!option.otherwise.empty()) body += " Unless given, it is " + option.otherwise + ".";
  if (!option.needs.empty()) body += " Only with " + listed(option.needs) + ".";
  if (!option.excludes.empty()) body += " Not with " + listed(option.excludes) + ".";
  return body;
}

std::string option_text(const Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.names) names.push_back(bold(name));
  std::string tag = joined(names, ", ");
  if (option.completion != Completion::none) tag += " " + italic(option.value);
  return tagged(tag, body_of(option));
}

std::string argument_text(const Option& argument) { return tagged(italic(argument.names.front()), body_of(argument)); }

std::string options_text(const Command& command) {
  std::string text;
  for (const Option& argument : command.arguments) text += argument_text(argument);
  for (const Option& option : command.options) text += option_text(option);
  for (const std::vector<std::string>& names : command.one_of) {
    text += ".PP\n" + running("Exactly one of " + listed(names) + " is needed.");
  }
  return text;
}

std::string lines_text(const std::vector<Line>& lines) {
  std::string text;
  for (const Line& line : lines) {
    text += ".PP\n" + bold(line.text) + "\n";
    if (!line.comment.empty()) text += ".RS 4\n" + running(sentence(line.comment)) + ".RE\n";
  }
  return text;
}

std::string blocks_text(const std::vector<Block>& blocks) {
  std::string text;
  for (const Block& block : blocks) {
    text += block.lines.empty() ? ".PP\n" + running(block.paragraph) : lines_text(block.lines);
  }
  return text;
}

std::string usage(const Command& command) {
  std::string line = bold(command.path);
  if (!command.options.empty()) line += " [" + italic("options") + "]";
  for (const Option& argument : command.arguments) {
    const std::string name = italic(argument.names.front());
    line += argument.required ? " " + name : " [" + name + "]";
  }
  return line + "\n";
}

std::string synopsis(const Command& command) {
  std::string text = usage(command);
  for (const Command& below : command.commands) text += ".br\n" + usage(below);
  return text;
}

bool has(const std::vector<const Command*>& pages, const Command& command) {
  return std::find(pages.begin(), pages.end(), &command) != pages.end();
}

std::string reference(const Command& command) { return bold(page_name(command)) + "(1)"; }

/// A command with a page of its own is told in a line, any other one here.
std::string commands_text(const Command& command, const std::vector<const Command*>& others) {
  std::string text;
  for (const Command& below : command.commands) {
    if (has(others, below)) {
      text += ".TP\n" + bold(below.name) + "\n" + running(sentence(below.summary)) + "See " + reference(below) + ".\n";
    } else {
      text += ".SS " + plain(below.name) + "\n" + running(sentence(below.summary)) + blocks_text(below.text) +
              options_text(below) + commands_text(below, others);
    }
  }
  return text;
}

std::string examples_text(const Command& command, const std::vector<const Command*>& others) {
  std::string text = lines_text(command.examples);
  for (const Command& below : command.commands) {
    if (!has(others, below)) text += examples_text(below, others);
  }
  return text;
}

std::string exit_status_text() {
  std::string text;
  for (const app::ExitCodeMeaning& meaning : app::exit_code_meanings()) {
    text += tagged(bold(std::to_string(static_cast<int>(meaning.code))), sentence(std::string(meaning.text)));
  }
  return text;
}

std::string see_also_text(const Command& command, const std::vector<const Command*>& others) {
  std::vector<std::string> references;
  for (const Command* other : others) {
    if (other != &command) references.push_back(reference(*other));
  }
  return joined(references, ",\n") + "\n";
}

std::string title(const Command& command, const std::string& date) {
  std::string name = plain(page_name(command));
  std::transform(name.begin(), name.end(), name.begin(), upper_case);
  return ".TH " + name + " 1 " + date + " \"pawl " PAWL_VERSION "\" \"Pawl\"\n";
}

}  // namespace

std::string page_name(const Command& command) {
  std::string name = command.path;
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

std::string page(const Command& command, const std::vector<const Command*>& others, const std::string& date) {
  return title(command, date) + section("NAME", running(page_name(command) + " - " + brief(command.summary))) +
         section("SYNOPSIS", synopsis(command)) +
         section("DESCRIPTION", running(sentence(command.summary)) + blocks_text(command.text)) +
         section("OPTIONS", options_text(command)) + section("COMMANDS", commands_text(command, others)) +
         section("EXIT STATUS", exit_status_text()) + section("EXAMPLES", examples_text(command, others)) +
         section("SEE ALSO", see_also_text(command, others));
}

}  // namespace pawl::manual
