// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <pawl/crypto/sha256.hpp>
#include <pawl/host/base/failure.hpp>
#include <pawl/port/posix/descriptor.hpp>

namespace pawl::host {

/// A directory in which messages are kept, each as a file. No file is ever replaced.
class SaveDirectory {
 public:
  /// Kind::save_directory unless files can be made in `path`. It is better to know that now than at the first message.
  static FailureOr<SaveDirectory> open(std::filesystem::path path);

  /// A message on its way into a file USER-TIME-NUMBER. Until all of it is there, the name ends with ".part".
  class File {
   public:
    /// Kind::file_write. Then what was written is gone.
    FailureOr<> write(Bytes bytes);
    /// All of it was written, so this gives the file its name. It is not synchronised to the disk, which would hold up
    /// every session for as long as the disk takes. Kind::file_write.
    FailureOr<> finish(Sha256::Digest& digest);

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    /// What its name is until it is finished.
    [[nodiscard]] std::filesystem::path part() const { return path_.native() + ".part"; }
    [[nodiscard]] std::uint64_t size() const { return size_; }

   private:
    friend class SaveDirectory;
    File(std::filesystem::path path, Descriptor descriptor)
        : path_(std::move(path)), descriptor_(std::move(descriptor)) {}

    std::filesystem::path path_;
    Descriptor descriptor_;
    Sha256 hash_{};
    std::uint64_t size_ = 0;
  };

  /// Makes a file for a message of `user`, which is any bytes. Kind::file_make.
  FailureOr<File> make_file(Bytes user);

 private:
  explicit SaveDirectory(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
  std::uint64_t next_number_ = 1;
};

}  // namespace pawl::host
