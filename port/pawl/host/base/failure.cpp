// SPDX-License-Identifier: Apache-2.0
#include <pawl/host/base/failure.hpp>

#include <cerrno>

namespace pawl::host {

Failure file_failure(Failure::Kind kind, std::filesystem::path path) {
  return file_failure(kind, std::move(path), errno);
}

Failure file_failure(Failure::Kind kind, std::filesystem::path path, int error) {
  return {kind, {error, std::generic_category()}, std::move(path)};
}

}  // namespace pawl::host
