// SPDX-License-Identifier: Apache-2.0
#include "file_error.hpp"

#include <cerrno>
#include <system_error>

#include "text.hpp"

namespace pawl::app {
namespace {

std::string_view advice(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
    case EROFS:
      return " Choose a place that you may use, or change its permissions.";
    case ENOENT:
    case ENOTDIR:
      return " Check the path; its directory must exist.";
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return " Make room, and try again.";
    default:
      return "";
  }
}

}  // namespace

std::string quoted(const std::filesystem::path& path) { return "'" + printable(bytes_of(path.native())) + "'"; }

AppError file_error(std::string_view verb, const std::filesystem::path& path, int error) {
  std::string text = "Cannot ";
  text.append(verb).append(" ").append(quoted(path)).append(": ");
  text.append(std::generic_category().message(error)).append(".").append(advice(error));
  return {ExitCode::io, text};
}

}  // namespace pawl::app
