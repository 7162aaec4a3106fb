// SPDX-License-Identifier: Apache-2.0
#include "definitions.hpp"

#include <algorithm>
#include <cctype>
#include <regex>
#include <set>
#include <utility>

#include "command_line/shared.hpp"
#include "footer.hpp"
#include "joined.hpp"

namespace pawl::manual {
namespace {

std::string lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

/// What CLI11 says of the values that it allows: "ENUM:{pake,psk}" or, of numbers, "{pake->2,psk->0} OR {2,0}".
std::vector<std::string> choices_of(const std::string& type) {
  const std::regex list(R"(\{([^}]*)\})");
  std::smatch found;
  if (!std::regex_search(type, found, list)) return {};
  std::vector<std::string> choices = CLI::detail::split(found[1], ',');
  for (std::string& choice : choices) choice = choice.substr(0, choice.find("->"));
  return choices;
}

/// What CLI11 says of a range: "UINT:INT in [1 - 10]".
std::string range_of(const std::string& type) {
  const std::regex range(R"(in \[(\S+) - (\S+)\])");
  std::smatch found;
  return std::regex_search(type, found, range) ? found[1].str() + " to " + found[2].str() : "";
}

Completion completion_of(const std::string& type, const std::vector<std::string>& choices) {
  if (!choices.empty()) return Completion::choice;
  if (type == app::kFileValue || type == app::kFileOrDirectoryValue) return Completion::file;
  return type == app::kDirectoryValue ? Completion::directory : Completion::nothing;
}

std::string value_of(const std::string& type, const std::vector<std::string>& choices) {
  if (!choices.empty()) return joined(choices, "|");
  const std::string name = type.substr(0, type.find(':'));
  return name == "UINT" || name == "INT" || name == "FLOAT" ? "number" : lower_case(name);
}

std::vector<std::string> names_of(const CLI::Option& option) {
  if (option.get_positional()) return {option.get_name(true)};
  return CLI::detail::split(option.get_name(false, true), ',');
}

/// In the order of their names, as CLI11 has them in that of their addresses.
std::vector<std::string> names_of(const std::set<CLI::Option*>& options) {
  std::vector<std::string> names;
  names.reserve(options.size());
  for (const CLI::Option* option : options) names.push_back(option->get_name());
  std::sort(names.begin(), names.end());
  return names;
}

Option described(const CLI::Option& option) {
  Option made;
  made.names = names_of(option);
  made.help = option.get_description();
  if (option.get_items_expected_max() != 0) {
    const std::string type = option.get_type_name();
    made.choices = choices_of(type);
    made.value = value_of(type, made.choices);
    made.completion = completion_of(type, made.choices);
    made.range = range_of(type);
    made.otherwise = option.get_default_str();
  }
  made.needs = names_of(option.get_needs());
  made.excludes = names_of(option.get_excludes());
  made.required = option.get_required();
  return made;
}

void add_options(Command& made, const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    const bool help_of_group = app.get_name().empty() && option == app.get_help_ptr();
    if (option->get_group().empty() || help_of_group) continue;
    (option->get_positional() ? made.arguments : made.options).push_back(described(*option));
  }
}

/// CLI11 has a group of options as a command without a name.
void add_option_group(Command& made, const CLI::App& group) {
  const std::size_t before = made.options.size();
  add_options(made, group);
  if (group.get_require_option_min() != 1 || group.get_require_option_max() != 1) return;
  std::vector<std::string>& names = made.one_of.emplace_back();
  for (std::size_t i = before; i < made.options.size(); ++i) names.push_back(made.options[i].names.front());
}

}  // namespace

Command describe(const CLI::App& app, const std::string& path) {
  Command made;
  made.name = app.get_name();
  made.path = path + made.name;
  made.summary = app.get_description();
  Footer footer = parse_footer(app.get_footer());
  made.text = std::move(footer.text);
  made.examples = std::move(footer.examples);
  add_options(made, app);
  for (const CLI::App* below : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (below->get_group().empty()) continue;
    if (below->get_name().empty()) {
      add_option_group(made, *below);
    } else {
      made.commands.push_back(describe(*below, made.path + " "));
    }
  }
  return made;
}

}  // namespace pawl::manual
