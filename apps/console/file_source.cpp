// SPDX-License-Identifier: Apache-2.0
#include "file_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <pawl/host/base/text.hpp>

#include "failure_text.hpp"

namespace pawl::app {
namespace {

Descriptor open_file(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) throw file_error("read", path);
  return file;
}

std::uint64_t size_of(const Descriptor& file) {
  struct stat status {};
  return ::fstat(file.get(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace

FileSource::FileSource(const std::string& path, Reporter& reporter)
    : reporter_(reporter), file_(open_file(path)), input_(file_.get(), host::quoted(std::filesystem::path(path))) {}

std::optional<host::Fragment> FileSource::next() const {
  const bool nothing_now = input_.bytes().empty() && !input_.ended();
  if (sent_ || nothing_now) return std::nullopt;
  return host::Fragment{input_.bytes(), input_.ended()};
}

std::uint64_t FileSource::size() const { return size_of(file_); }

void FileSource::taken(std::size_t n) {
  sent_ = input_.ended();
  input_.drop(n);
  taken_ += n;
  if (!bar_) bar_.emplace(reporter_, "Sending", Unit::bytes, size_of(file_));
  bar_->update(taken_);
  if (sent_) bar_->finish();
}

}  // namespace pawl::app
