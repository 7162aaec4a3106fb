// SPDX-License-Identifier: Apache-2.0
#include "completion.hpp"
#include "joined.hpp"

namespace pawl::manual {
namespace {

constexpr const char* kBashFunctions = R"(
# Completes a value of the kind $1, of which $2 is there.
_pawl_complete_value() {
  case $1 in
    file)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$2")
      ;;
    directory)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$2")
      ;;
    'choice '*) mapfile -t COMPREPLY < <(compgen -W "${1#choice }" -- "$2") ;;
  esac
}

# The shell takes HOST:PORT and --option=VALUE for three words each.
_pawl() {
  local path=pawl value='' position=0 word index commands options
  local -a arguments
  local typed=${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  _pawl_command "$path"
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=${COMP_WORDS[index]}
    if [[ $word == : ]]; then
      index=$((index + 1))
    elif [[ $word == = ]]; then
      continue
    elif [[ -n $value ]]; then
      value=''
    elif [[ $word == -* ]]; then
      _pawl_value "$path" "$word"
    elif [[ " $commands " == *" $word "* ]]; then
      path+=" $word"
      _pawl_command "$path"
    else
      position=$((position + 1))
    fi
  done
  [[ $typed != : && ${COMP_WORDS[COMP_CWORD - 1]} != : ]] || return 0
  [[ $typed != = ]] || typed=''
  if [[ -n $value ]]; then
    _pawl_complete_value "$value" "$typed"
    return
  fi
  if [[ $typed != -* ]]; then
    _pawl_complete_value "${arguments[position]:-choice $commands}" "$typed"
  fi
  # Who has typed nothing yet sees the options if there is nothing else.
  if [[ $typed == -* || (-z $typed && ${#COMPREPLY[@]} == 0) ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$typed")
  fi
}
complete -F _pawl pawl
)";

std::string kind(const Option& option) {
  switch (option.completion) {
    case Completion::none:
      break;
    case Completion::nothing:
      return "nothing";
    case Completion::file:
      return "file";
    case Completion::directory:
      return "directory";
    case Completion::choice:
      return "choice " + joined(option.choices, " ");
  }
  return "";
}

std::string words_of(const Command& command) {
  std::vector<std::string> names;
  for (const Command& below : command.commands) names.push_back(below.name);
  return joined(names, " ");
}

std::string options_of(const Command& command) {
  std::vector<std::string> names;
  for (const Option& option : command.options) names.insert(names.end(), option.names.begin(), option.names.end());
  return joined(names, " ");
}

std::string command_case(const Command& command) {
  std::vector<std::string> arguments;
  for (const Option& argument : command.arguments) arguments.push_back("'" + kind(argument) + "'");
  return "    '" + command.path + "')\n      commands='" + words_of(command) + "'\n      options='" +
         options_of(command) + "'\n      arguments=(" + joined(arguments, " ") + ")\n      ;;\n";
}

std::string value_cases(const Command& command) {
  std::string cases;
  for (const Option& option : command.options) {
    if (option.completion == Completion::none) continue;
    for (const std::string& name : option.names) {
      cases += "    '" + command.path + " " + name + "') value='" + kind(option) + "' ;;\n";
    }
  }
  return cases;
}

}  // namespace

std::string bash_completion(const Command& program) {
  std::string commands;
  std::string values;
  for (const Command* command : all_of(program)) {
    commands += command_case(*command);
    values += value_cases(*command);
  }
  return "# What bash completes for pawl, made of the definitions of its commands.\n\n"
         "# Sets what may stand behind the command $1.\n_pawl_command() {\n  case $1 in\n" +
         commands + "  esac\n}\n\n# Sets the kind of value that the option $2 of the command $1 has.\n" +
         "_pawl_value() {\n  case \"$1 $2\" in\n" + values + "    *) value='' ;;\n  esac\n}\n" + kBashFunctions;
}

}  // namespace pawl::manual
