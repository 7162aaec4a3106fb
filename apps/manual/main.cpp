// SPDX-License-Identifier: Apache-2.0
/// Usage: pawl_manual DIRECTORY DATE. Writes the manual pages of `pawl` and what shells complete its commands with into
/// DIRECTORY, as they lie below the directory share of an installation. The pages are of DATE, which is YYYY-MM-DD.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "command_line/program.hpp"
#include "completion.hpp"
#include "definitions.hpp"
#include "description.hpp"
#include "page.hpp"

namespace pawl::manual {
namespace {

void write(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream output(file, std::ios::binary);
  output << text;
  output.close();
  if (!output) throw std::runtime_error("cannot write " + file.string());
}

/// `pawl` and each of its commands have a page. What is below a command is in the command's.
void write_pages(const Command& program, const std::filesystem::path& directory, const std::string& date) {
  std::vector<const Command*> pages{&program};
  for (const Command& command : program.commands) pages.push_back(&command);
  for (const Command* command : pages) {
    write(directory / (page_name(*command) + ".1"), page(*command, pages, date));
  }
}

void write_all(const std::filesystem::path& share, const std::string& date) {
  const Command program = describe(*app::program());
  write_pages(program, share / "man/man1", date);
  write(share / "bash-completion/completions/pawl", bash_completion(program));
  write(share / "zsh/site-functions/_pawl", zsh_completion(program));
  write(share / "fish/vendor_completions.d/pawl.fish", fish_completion(program));
}

}  // namespace
}  // namespace pawl::manual

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("Usage: pawl_manual DIRECTORY DATE\n", stderr);
    return 2;
  }
  try {
    pawl::manual::write_all(argv[1], argv[2]);
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "pawl_manual: %s\n", e.what());
    return 1;
  }
}
