// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include <pawl/host/store/private_file.hpp>

namespace pawl::host {
namespace {

namespace fs = std::filesystem;

fs::path directory_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

/// What a symbolic link points to, also if that does not exist. If it is no link, the path itself.
fs::path target_of(fs::path path) {
  constexpr int kMostLinks = 40;  // The system follows as many.
  std::error_code error;
  for (int links = 0; links < kMostLinks && fs::is_symlink(path, error); ++links) {
    const fs::path next = fs::read_symlink(path, error);
    if (error) break;
    path = path.parent_path() / next;
  }
  return path;
}

Failure unfit(const fs::path& path, std::string why) {
  return {.kind = Failure::Kind::file_unfit, .path = path, .detail = std::move(why)};
}

/// Reads to the end of the file, or until `text` is full.
FailureOr<> read_all(const Descriptor& file, const fs::path& path, FileText& text) {
  while (!text.free().empty()) {
    const ssize_t size = ::read(file.get(), text.free().data(), text.free().size());
    if (size < 0) return file_failure(Failure::Kind::file_read, path);
    if (size == 0) return {};
    text.grow(static_cast<std::size_t>(size));
  }
  return unfit(path, "it is too large to be a file that pawl made");
}

}  // namespace

FailureOr<Descriptor> open_regular_file(const fs::path& path) {
  // With O_NONBLOCK a named pipe in the place of a file does not hold up a server.
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  struct stat status {};
  if (!file.valid() || ::fstat(file.get(), &status) != 0) return file_failure(Failure::Kind::file_read, path);
  if (!S_ISREG(status.st_mode)) return unfit(path, "it is not a regular file");
  return file;
}

FailureOr<std::optional<PrivateFile>> read_private_file(const fs::path& path) {
  const auto file = open_regular_file(path);
  if (!file.ok() && file.failure().error == std::errc::no_such_file_or_directory) return std::optional<PrivateFile>();
  if (!file.ok()) return file.failure();
  struct stat status {};
  if (::fstat(file.value().get(), &status) != 0) return file_failure(Failure::Kind::file_read, path);
  std::optional<PrivateFile> result(std::in_place);
  PAWL_HOST_TRY(read_all(file.value(), path, result->text));
  result->exposed = (status.st_mode & S_IRWXO) != 0;
  return result;
}

// StagedFile

FailureOr<StagedFile> StagedFile::make(const fs::path& path, Bytes content) {
  StagedFile file(path, target_of(path));
  PAWL_HOST_TRY(file.create());
  PAWL_HOST_TRY(file.inherit());
  PAWL_HOST_TRY(file.write(content));
  return file;
}

StagedFile::StagedFile(StagedFile&& other) noexcept
    : path_(std::move(other.path_)),
      target_(std::move(other.target_)),
      temporary_(std::exchange(other.temporary_, {})),
      file_(std::move(other.file_)) {}

StagedFile::~StagedFile() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

FailureOr<> StagedFile::create() {
  std::string name = (directory_of(target_) / ".pawl-XXXXXX").native();
  file_ = Descriptor(::mkostemp(name.data(), O_CLOEXEC));  // It sets O_EXCL and mode 0600 itself.
  if (!file_.valid()) return file_failure(Failure::Kind::file_write, path_);
  temporary_ = std::move(name);
  return {};
}

FailureOr<> StagedFile::inherit() {
  struct stat own {};
  struct stat model {};
  const bool replaces = ::stat(target_.c_str(), &model) == 0;
  if (replaces && !S_ISREG(model.st_mode)) return unfit(path_, "it is not a regular file");
  const bool adopts = !replaces && ::geteuid() == 0 && ::stat(directory_of(target_).c_str(), &model) == 0;
  if (!replaces && !adopts) return {};
  if (::fstat(file_.get(), &own) != 0) return file_failure(Failure::Kind::file_write, path_);
  const bool another_owner = own.st_uid != model.st_uid || own.st_gid != model.st_gid;
  if (another_owner && ::fchown(file_.get(), model.st_uid, model.st_gid) != 0) {
    return file_failure(Failure::Kind::file_write, path_);
  }
  if (!replaces) return {};
  const mode_t mode = model.st_mode & (S_IRWXU | S_IRWXG);
  return ::fchmod(file_.get(), mode) == 0 ? FailureOr<>() : file_failure(Failure::Kind::file_write, path_);
}

FailureOr<> StagedFile::write(Bytes content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file_.get(), content.data(), content.size());
    if (written < 0) return file_failure(Failure::Kind::file_write, path_);
    content = content.subspan(static_cast<std::size_t>(written));
  }
  return ::fsync(file_.get()) == 0 ? FailureOr<>() : file_failure(Failure::Kind::file_write, path_);
}

FailureOr<> StagedFile::commit() {
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) return file_failure(Failure::Kind::file_write, path_);
  temporary_.clear();
  return sync_directory();
}

FailureOr<bool> StagedFile::commit_new() {
  if (::link(temporary_.c_str(), target_.c_str()) != 0) {
    if (errno == EEXIST) return false;
    // A file system that has no links has only this. If two do it at once, the second may replace the file of the
    // first.
    if (errno != EPERM && errno != ENOTSUP && errno != EMLINK) return file_failure(Failure::Kind::file_write, path_);
    if (::access(target_.c_str(), F_OK) == 0) return false;
    PAWL_HOST_TRY(commit());
    return true;
  }
  PAWL_HOST_TRY(sync_directory());
  return true;
}

/// Makes the new name last through a power cut. Some file systems cannot (EINVAL), and nothing better can be done
/// there.
FailureOr<> StagedFile::sync_directory() {
  const Descriptor directory(::open(directory_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const bool synced = directory.valid() && (::fsync(directory.get()) == 0 || errno == EINVAL);
  return synced ? FailureOr<>() : file_failure(Failure::Kind::file_write, path_);
}

FailureOr<> write_private_file(const fs::path& path, Bytes content) {
  auto file = StagedFile::make(path, content);
  return file.ok() ? file.value().commit() : file.failure();
}

FailureOr<DirectoryLock> DirectoryLock::take(const fs::path& directory) {
  Descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.valid()) return file_failure(Failure::Kind::file_lock, directory);
  while (::flock(opened.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return file_failure(Failure::Kind::file_lock, directory);
  }
  return DirectoryLock(std::move(opened));
}

}  // namespace pawl::host
