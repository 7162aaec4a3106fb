// SPDX-License-Identifier: Apache-2.0
#include "completion.hpp"
#include "joined.hpp"

namespace pawl::manual {
namespace {

constexpr const char* kFishFunctions = R"(
# The command that the cursor is behind.
function __pawl_path
    set -l path pawl
    set -l value no
    for word in (commandline --cut-at-cursor --current-process --tokenize)[2..]
        if test $value = yes
            set value no
        else if contains -- "$path $word" $__pawl_commands
            set path "$path $word"
        else if contains -- "$path $word" $__pawl_valued
            set value yes
        end
    end
    echo $path
end

function __pawl_at
    test (__pawl_path) = "$argv"
end

complete -c pawl -f
)";

/// A word that the shell takes as it stands.
std::string fish_word(const std::string& text) {
  std::string made = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') made += '\\';
    made += c;
  }
  return made + "'";
}

/// The options of `complete` for the value.
std::string value_options(const Option& option) {
  switch (option.completion) {
    case Completion::none:
      break;
    case Completion::nothing:
      return " -x";
    case Completion::file:
      return " -r -F";
    case Completion::directory:
      return " -x -a '(__fish_complete_directories)'";
    case Completion::choice:
      return " -x -a " + fish_word(joined(option.choices, " "));
  }
  return "";
}

std::string fish_complete(const Command& command) {
  return "complete -c pawl -n " + fish_word("__pawl_at " + command.path);
}

std::string option_line(const Command& command, const Option& option) {
  std::string line = fish_complete(command);
  for (const std::string& name : option.names) {
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  return line + value_options(option) + " -d " + fish_word(option.help) + "\n";
}

/// Nothing for one that a shell knows nothing of.
std::string argument_line(const Command& command, const Option& argument) {
  if (argument.completion == Completion::nothing) return "";
  return fish_complete(command) + value_options(argument) + "\n";
}

std::string fish_lines(const Command& command) {
  std::string text;
  for (const Command& below : command.commands) {
    text += fish_complete(command) + " -a " + below.name + " -d " + fish_word(below.summary) + "\n";
  }
  for (const Option& option : command.options) text += option_line(command, option);
  for (const Option& argument : command.arguments) text += argument_line(command, argument);
  return text;
}

/// The options of all commands that take a value, each behind its command.
std::string valued(const Command& program) {
  std::string list;
  for (const Command* command : all_of(program)) {
    for (const Option& option : command->options) {
      if (option.completion == Completion::none) continue;
      for (const std::string& name : option.names) list += " '" + command->path + " " + name + "'";
    }
  }
  return list;
}

}  // namespace

std::string fish_completion(const Command& program) {
  std::string commands;
  std::string text;
  for (const Command* command : all_of(program)) {
    commands += " '" + command->path + "'";
    text += fish_lines(*command);
  }
  return "# What fish completes for pawl, made of the definitions of its commands.\n\nset -g __pawl_commands" +
         commands + "\nset -g __pawl_valued" + valued(program) + "\n" + kFishFunctions + text;
}

}  // namespace pawl::manual
