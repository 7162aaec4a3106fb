// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "completion.hpp"
#include "joined.hpp"

namespace pawl::manual {
namespace {

/// A word that the shell takes as it stands.
std::string zsh_word(const std::string& text) {
  std::string made = "'";
  for (const char c : text) made += c == '\'' ? R"('\'')" : std::string{c};
  return made + "'";
}

/// Text between brackets or colons.
std::string masked(const std::string& text) {
  std::string made;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') made += '\\';
    made += c;
  }
  return made;
}

/// The empty list of words, and not the action that only says what is expected: zsh 5.9 offers no option beside that.
std::string action(const Option& option) {
  switch (option.completion) {
    case Completion::none:
    case Completion::nothing:
      break;
    case Completion::file:
      return "_files";
    case Completion::directory:
      return "_files -/";
    case Completion::choice:
      return "(" + joined(option.choices, " ") + ")";
  }
  return "()";
}

/// What must not stand beside `name`: the option's other names and what excludes it.
std::string excluded(const Option& option, const std::string& name) {
  std::vector<std::string> names = option.excludes;
  for (const std::string& other : option.names) {
    if (other != name) names.push_back(other);
  }
  names.erase(std::remove_if(names.begin(), names.end(), [](const auto& other) { return other.front() != '-'; }),
              names.end());
  return names.empty() ? "" : "(" + joined(names, " ") + ")";
}

std::string option_specs(const Option& option) {
  std::string specs;
  for (const std::string& name : option.names) {
    std::string spec = excluded(option, name) + name;
    const bool valued = option.completion != Completion::none;
    if (valued) spec += name.starts_with("--") ? "=" : "+";
    spec += "[" + masked(option.help) + "]";
    if (valued) spec += ":" + masked(option.value) + ":" + action(option);
    specs += " \\\n    " + zsh_word(spec);
  }
  return specs;
}

std::string argument_spec(const Option& argument, std::size_t position) {
  const std::string separator = argument.required ? ":" : "::";
  return " \\\n    " +
         zsh_word(std::to_string(position) + separator + masked(argument.names.front()) + ":" + action(argument));
}

std::string function_name(const Command& command) {
  std::string name = "_" + command.path;
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

std::string specs(const Command& command) {
  std::string text;
  for (const Option& option : command.options) text += option_specs(option);
  for (std::size_t i = 0; i < command.arguments.size(); ++i) text += argument_spec(command.arguments[i], i + 1);
  return text;
}

std::string leaf(const Command& command) {
  return function_name(command) + "() {\n  _arguments" + specs(command) + "\n}\n\n";
}

std::string branch(const Command& command) {
  std::string names;
  for (const Command& below : command.commands) names += "\n    " + zsh_word(below.name + ":" + below.summary);
  const std::string name = function_name(command);
  return name + "() {\n  local curcontext=$curcontext state line\n  typeset -A opt_args\n  local -a commands=(" +
         names + "\n  )\n  _arguments -C" + specs(command) +
         " \\\n    '1:command:->command' \\\n    '*::argument:->argument' && return\n" +
         "  if [[ $state == command ]]; then\n    _describe -t commands command commands\n" + "  elif (( $+functions[" +
         name + "_$line[1]] )); then\n    " + name + "_$line[1]\n  fi\n}\n\n";
}

}  // namespace

std::string zsh_completion(const Command& program) {
  std::string text = "#compdef pawl\n# What zsh completes for pawl, made of the definitions of its commands.\n\n";
  for (const Command* command : all_of(program)) text += command->commands.empty() ? leaf(*command) : branch(*command);
  return text + "_pawl \"$@\"\n";
}

}  // namespace pawl::manual
