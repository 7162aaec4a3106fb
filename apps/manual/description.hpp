// SPDX-License-Identifier: Apache-2.0
/// What manual pages and the completion of shells need of the definitions of commands.
#pragma once

#include <string>
#include <vector>

namespace pawl::manual {

/// What a shell completes the value of an option with.
enum class Completion {
  none,  ///< There is no value.
  nothing,
  file,  ///< Or a directory, which may be on the way to it.
  directory,
  choice,
};

/// An option, or an argument without a name in front of it.
struct Option {
  /// As they are typed, the preferred one first. That of an argument is what help calls it.
  std::vector<std::string> names;
  std::string help;
  /// What help calls the value, in small letters.
  std::string value;
  Completion completion = Completion::none;
  std::vector<std::string> choices;
  /// "1 to 10", or nothing.
  std::string range;
  /// The value unless one is given, or nothing.
  std::string otherwise;
  std::vector<std::string> needs;
  std::vector<std::string> excludes;
  bool required = false;
};

/// A line that stands as it is, with what is said of it behind.
struct Line {
  std::string text;
  std::string comment;
};

/// A paragraph, or lines if it has any.
struct Block {
  std::string paragraph;
  std::vector<Line> lines;
};

struct Command {
  /// As it is typed, for example "pawl user add".
  std::string path;
  /// Its last word.
  std::string name;
  std::string summary;
  std::vector<Block> text;
  std::vector<Line> examples;
  std::vector<Option> arguments;
  std::vector<Option> options;
  /// Names of options, of each list of which exactly one must be given.
  std::vector<std::vector<std::string>> one_of;
  std::vector<Command> commands;
};

/// The commands of the tree.
std::vector<const Command*> all_of(const Command& command);

}  // namespace pawl::manual
