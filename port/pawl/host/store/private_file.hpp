// SPDX-License-Identifier: Apache-2.0
/// Files with secrets. They are small, never half written, and readable only by those who are meant to read them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <pawl/host/base/failure.hpp>
#include <pawl/host/base/secret_buffer.hpp>
#include <pawl/port/posix/descriptor.hpp>

namespace pawl::host {

/// The content of such a file. None is larger.
using FileText = SecretBuffer<struct FileTextTag, 4096>;

/// A file with a secret, as it was read.
struct PrivateFile {
  FileText text;
  /// Everybody on the machine may read or write the file, which its owner should be told.
  bool exposed = false;
};

/// Opens a file for reading. Nothing that stands in the place of a file, such as a named pipe, holds that up.
/// Kind::file_read, or Kind::file_unfit if it is no regular file.
FailureOr<Descriptor> open_regular_file(const std::filesystem::path& path);

/// Reads a file. None if it does not exist. Kind::file_read, or Kind::file_unfit if it is no regular file or is too
/// large to be one of ours.
FailureOr<std::optional<PrivateFile>> read_private_file(const std::filesystem::path& path);

/// A file that is ready to take the place of another. Almost all that can fail was tried before commit(). It is
/// written, it is on the disk, and it has the owner, the group and the mode that it will have.
///
/// A file that is replaced gives its successor its owner, its group, and its mode, but without what that lets everybody
/// do. A new one is of mode 0600. If root makes it, it belongs to the owner and group of its directory, so that a
/// service can read what root has made for it. If the path is a symbolic link, what it points to is replaced, and the
/// link stays.
class StagedFile {
 public:
  /// `content` is what `path` will have. Kind::file_write or file_unfit. Then nothing has changed, and no temporary
  /// file remains.
  static FailureOr<StagedFile> make(const std::filesystem::path& path, Bytes content);
  StagedFile(StagedFile&& other) noexcept;
  StagedFile& operator=(StagedFile&&) = delete;
  StagedFile(const StagedFile&) = delete;
  StagedFile& operator=(const StagedFile&) = delete;
  /// Removes the temporary file, unless commit() has given it its name.
  ~StagedFile();

  /// Puts it in its place. Whoever opens the path sees all of the old file or all of the new one, also after a power
  /// cut. Kind::file_write. Then the old file is as it was, unless only the new name could not be put on the disk.
  FailureOr<> commit();
  /// The same, but an existing file stays as it is. Then it gives false.
  FailureOr<bool> commit_new();

 private:
  StagedFile(std::filesystem::path path, std::filesystem::path target)
      : path_(std::move(path)), target_(std::move(target)) {}

  FailureOr<> create();
  FailureOr<> write(Bytes content);
  FailureOr<> inherit();
  FailureOr<> sync_directory();

  /// The path as the caller wrote it, for messages, and then where it leads.
  std::filesystem::path path_;
  std::filesystem::path target_;
  /// Empty once it is in its place.
  std::string temporary_{};
  Descriptor file_{};
};

/// StagedFile::make() and commit().
FailureOr<> write_private_file(const std::filesystem::path& path, Bytes content);

/// Keeps other programs off a directory while it lives (flock(2)), as far as they ask for the same.
class DirectoryLock {
 public:
  /// Waits until nobody else has it. Kind::file_lock.
  static FailureOr<DirectoryLock> take(const std::filesystem::path& directory);

 private:
  explicit DirectoryLock(Descriptor directory) : directory_(std::move(directory)) {}

  Descriptor directory_;
};

}  // namespace pawl::host
