// SPDX-License-Identifier: Apache-2.0
#include "atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <pawl/port/posix/descriptor.hpp>

#include "file_error.hpp"

namespace pawl::app {
namespace {

namespace fs = std::filesystem;

fs::path directory_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

/// A file beside `target` that takes its place by replace() or create(), or is gone with this object.
class TemporaryFile {
 public:
  explicit TemporaryFile(const fs::path& target)
      : target_(target),
        path_((directory_of(target) / ".pawl-XXXXXX").native()),
        file_(::mkostemp(path_.data(), O_CLOEXEC)) {  // O_EXCL and mode 0600 are its own
    if (!file_.valid()) fail();
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { ::unlink(path_.c_str()); }

  void write(Bytes content) {
    while (!content.empty()) {
      const ssize_t written = ::write(file_.get(), content.data(), content.size());
      if (written < 0) fail();
      content = content.subspan(static_cast<std::size_t>(written));
    }
    if (::fsync(file_.get()) != 0) fail();
  }

  void replace() {
    if (::rename(path_.c_str(), target_.c_str()) != 0) fail();
    sync_directory();
  }

  /// False if the target exists.
  bool create() {
    if (::link(path_.c_str(), target_.c_str()) != 0) {
      if (errno == EEXIST) return false;
      fail();
    }
    sync_directory();
    return true;
  }

 private:
  [[noreturn]] void fail() const { throw file_error("write", target_, errno); }

  /// Makes the new name last through a power cut. There are file systems that cannot (EINVAL); nothing better can be
  /// done there.
  void sync_directory() const {
    const Descriptor directory(::open(directory_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory.valid() || (::fsync(directory.get()) != 0 && errno != EINVAL)) fail();
  }

  const fs::path& target_;
  std::string path_;
  Descriptor file_;
};

AppError unfit(const fs::path& path, std::string_view reason) {
  return {ExitCode::io, "Cannot use " + quoted(path) + ": " + std::string(reason)};
}

/// Reads to the end of the file, or until `text` is full.
void read_all(const Descriptor& file, const fs::path& path, FileText& text) {
  while (!text.free().empty()) {
    const ssize_t size = ::read(file.get(), text.free().data(), text.free().size());
    if (size < 0) throw file_error("read", path, errno);
    if (size == 0) return;
    text.grow(static_cast<std::size_t>(size));
  }
  throw unfit(path, "it is too large to be a file that pawl made.");
}

}  // namespace

std::optional<PrivateFile> read_private_file(const fs::path& path) {
  // O_NONBLOCK: a named pipe in the place of a file must not hold a server up.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!file.valid() && errno == ENOENT) return std::nullopt;
  struct stat status {};
  if (!file.valid() || ::fstat(file.get(), &status) != 0) throw file_error("read", path, errno);
  if (!S_ISREG(status.st_mode)) throw unfit(path, "it is not a regular file.");
  std::optional<PrivateFile> result(std::in_place);
  read_all(file, path, result->text);
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    result->warning = quoted(path) + " holds secrets, but others may use it. Run: chmod 600 " + quoted(path);
  }
  return result;
}

void write_private_file(const fs::path& path, Bytes content) {
  TemporaryFile file(path);
  file.write(content);
  file.replace();
}

bool create_private_file(const fs::path& path, Bytes content) {
  TemporaryFile file(path);
  file.write(content);
  return file.create();
}

}  // namespace pawl::app
