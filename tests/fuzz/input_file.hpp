// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <pawl/port/posix/descriptor.hpp>

#include "tests/fuzz/input.hpp"
#include "tests/unit/host/temporary_directory.hpp"

namespace pawl::test {

/// A private file, in a directory of its own, whose content is a fuzzer's input.
class InputFile {
 public:
  explicit InputFile(const char* name)
      : path_(directory_ / name), file_(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR)) {}

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_.path(); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  void put(const std::uint8_t* data, std::size_t size) {
    require(::pwrite(file_.get(), data, size, 0) == static_cast<ssize_t>(size) &&
                ::ftruncate(file_.get(), static_cast<off_t>(size)) == 0,
            "a file can be written");
  }

 private:
  host::test::TemporaryDirectory directory_;
  std::filesystem::path path_;
  Descriptor file_;
};

}  // namespace pawl::test
