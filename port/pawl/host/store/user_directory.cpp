// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <pawl/host/base/text.hpp>
#include <pawl/host/base/user_name.hpp>
#include <pawl/host/store/user_directory.hpp>

namespace pawl::host {
namespace {

namespace fs = std::filesystem;

/// A directory that root makes inherits, as a file does, the owner and group of the directory that it is in.
void adopt(const fs::path& directory) {
  if (::geteuid() != 0) return;
  const fs::path parent = directory.has_parent_path() ? directory.parent_path() : fs::path(".");
  struct stat model {};
  // If it fails, the directory is root's. Whoever reads the files will be told that.
  if (::stat(parent.c_str(), &model) == 0)
    static_cast<void>(::chown(directory.c_str(), model.st_uid, model.st_gid) == 0);
}

}  // namespace

FailureOr<std::optional<PrivateFile>> UserDirectory::read(Bytes user) const {
  const auto path = path_of(user);
  // Nobody could be enrolled under such a name.
  if (!path.ok()) return std::optional<PrivateFile>();
  return read_private_file(path.value());
}

std::optional<std::uint64_t> UserDirectory::version(Bytes user) const {
  const auto path = path_of(user);
  if (!path.ok()) return 0;
  struct stat status {};
  if (::stat(path.value().c_str(), &status) != 0) {
    const bool absent = errno == ENOENT || errno == ENOTDIR;
    return absent ? std::optional<std::uint64_t>(0) : std::nullopt;
  }
  const auto time = static_cast<std::uint64_t>(status.st_mtim.tv_sec) * 1'000'000'000 +
                    static_cast<std::uint64_t>(status.st_mtim.tv_nsec);
  const std::uint64_t version = time * 31 + status.st_ino;
  return version != 0 ? version : 1;
}

FailureOr<fs::path> UserDirectory::path_of(Bytes user) const {
  const std::string name = file_name_of(user);
  if (name.size() <= kMaxFileName) return path_ / (name + suffix_);
  return Failure{.kind = Failure::Kind::user_name,
                 .detail = "The user name \"" + printable(user) +
                           "\" is too long to name a file. Use fewer characters other than letters and digits."};
}

FailureOr<std::vector<fs::path>> UserDirectory::files() const {
  PAWL_HOST_TRY(require());
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(path_, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    if (entry->path().extension() == suffix_) files.push_back(entry->path());
  }
  if (error) return file_failure(Failure::Kind::file_read, path_, error.value());
  std::ranges::sort(files);
  return files;
}

FailureOr<> UserDirectory::make() const {
  if (::mkdir(path_.c_str(), S_IRWXU) == 0) {
    adopt(path_);
    return {};
  }
  return errno == EEXIST ? FailureOr<>() : file_failure(Failure::Kind::file_make, path_);
}

FailureOr<> UserDirectory::require() const {
  std::error_code unreadable;  // Then reading a file will fail, and say why.
  const bool exists = fs::exists(path_, unreadable) || unreadable;
  return exists ? FailureOr<>() : Failure{.kind = Failure::Kind::no_users, .path = path_};
}

Failure another_user(const fs::path& path) {
  return {.kind = Failure::Kind::file_unfit,
          .path = path,
          .detail = "it is the enrolment of another user. Enrol this one again"};
}

}  // namespace pawl::host
