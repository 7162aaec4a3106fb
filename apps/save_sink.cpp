// SPDX-License-Identifier: Apache-2.0
#include "save_sink.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <utility>

#include "file_error.hpp"
#include "hex.hpp"
#include "user_name.hpp"

namespace pawl::app {
namespace {

namespace fs = std::filesystem;

/// Leaves room in 255 characters for time, number and ".part". A user whose name is cut shares it with nobody's files,
/// for the number differs.
constexpr std::size_t kMaxUserPart = 200;

/// "20251121T113000Z"
std::string utc_time() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts)};
}

fs::path part_of(const fs::path& path) { return path.native() + ".part"; }

void write_all(int descriptor, Bytes bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) throw file_error("write", path, errno);
    if (written > 0) bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

}  // namespace

SaveDirectory::SaveDirectory(fs::path path) : path_(std::move(path)) {
  if (::access(path_.c_str(), W_OK | X_OK) != 0) throw file_error("save into", path_, errno);
  if (!fs::is_directory(path_)) throw file_error("save into", path_, ENOTDIR);
}

/// A finished file is looked for after the partial one was made: so, of two servers that save into one directory, none
/// takes the other's name.
SavedFile SaveDirectory::make_file(const std::string& user) {
  const std::string stem = user + "-" + utc_time() + "-";
  for (;;) {
    const fs::path path = path_ / (stem + std::to_string(next_number_++));
    const fs::path part = part_of(path);
    Descriptor file(::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (!file.valid() && errno != EEXIST) throw file_error("make", part, errno);
    if (file.valid() && ::access(path.c_str(), F_OK) != 0) return {path, std::move(file)};
    if (file.valid()) ::unlink(part.c_str());
  }
}

SaveSink::SaveSink(SaveDirectory& directory, Bytes user)
    : directory_(directory), user_(file_name_of(user).substr(0, kMaxUserPart)) {}

Answer SaveSink::take(Bytes fragment, bool last) {
  if (!file_) {
    file_ = directory_.make_file(user_);
    hash_ = Sha256();
    size_ = 0;
  }
  write_all(file_->descriptor.get(), fragment, part_of(file_->path));
  hash_.update(fragment);
  size_ += fragment.size();
  if (!last) return {};
  return {finish_file(), true};
}

/// Not synchronised to the disk: that would hold up every other session for as long as the disk takes.
std::string SaveSink::finish_file() {
  const fs::path path = file_->path;
  if (::rename(part_of(path).c_str(), path.c_str()) != 0) throw file_error("rename", part_of(path), errno);
  file_.reset();
  Sha256::Digest digest{};
  hash_.finish(digest);
  return "Server saved: " + path.filename().native() + " " + std::to_string(size_) + " bytes sha256 " + hex(digest);
}

std::string SaveSink::left_over() const {
  if (!file_) return "";
  return "The " + std::to_string(size_) + " bytes of it that came are in " + quoted(part_of(file_->path)) + ".";
}

}  // namespace pawl::app
