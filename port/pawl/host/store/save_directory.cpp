// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <utility>

#include <pawl/host/base/user_name.hpp>
#include <pawl/host/store/save_directory.hpp>

namespace pawl::host {
namespace {

namespace fs = std::filesystem;

/// Leaves room in 255 characters for time, number and ".part". Users whose names are cut to the same text share no
/// file, because the number differs.
constexpr std::size_t kMaxUserPart = 200;

/// "20251121T113000Z"
std::string utc_time() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts)};
}

}  // namespace

FailureOr<SaveDirectory> SaveDirectory::open(fs::path path) {
  std::error_code unreadable;  // Then it cannot be used either.
  if (::access(path.c_str(), W_OK | X_OK) != 0) return file_failure(Failure::Kind::save_directory, std::move(path));
  if (!fs::is_directory(path, unreadable)) return file_failure(Failure::Kind::save_directory, std::move(path), ENOTDIR);
  return SaveDirectory(std::move(path));
}

/// A finished file is looked for after the partial one was made. So of two servers that save into one directory,
/// neither takes the other's name.
FailureOr<SaveDirectory::File> SaveDirectory::make_file(Bytes user) {
  const std::string stem = file_name_of(user).substr(0, kMaxUserPart) + "-" + utc_time() + "-";
  for (;;) {
    const fs::path path = path_ / (stem + std::to_string(next_number_++));
    const fs::path part = path.native() + ".part";
    Descriptor file(::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (!file.valid() && errno != EEXIST) return file_failure(Failure::Kind::file_make, part);
    if (file.valid() && ::access(path.c_str(), F_OK) != 0) return File(path, std::move(file));
    if (file.valid()) ::unlink(part.c_str());
  }
}

FailureOr<> SaveDirectory::File::write(Bytes bytes) {
  hash_.update(bytes);
  size_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) {
      Failure failure = file_failure(Failure::Kind::file_write, part());
      ::unlink(part().c_str());
      return failure;
    }
    if (written > 0) bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

FailureOr<> SaveDirectory::File::finish(Sha256::Digest& digest) {
  if (::rename(part().c_str(), path_.c_str()) != 0) return file_failure(Failure::Kind::file_write, path_);
  hash_.finish(digest);
  return {};
}

}  // namespace pawl::host
