// SPDX-License-Identifier: Apache-2.0
#include "message_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "exit_code.hpp"
#include "file_error.hpp"
#include "text.hpp"

namespace pawl::app {
namespace {

Descriptor open_file(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) throw file_error("read", path, errno);
  return file;
}

std::uint64_t size_of(const Descriptor& file) {
  struct stat status {};
  return ::fstat(file.get(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace

void Input::read() {
  begin_ = end_ = 1;
  const ssize_t got = ::read(fd_, buffer_.data() + 1, buffer_.size() - 1);
  if (got > 0) end_ += static_cast<std::size_t>(got);
  if (got > 0 || (got < 0 && (errno == EINTR || errno == EAGAIN))) return;
  ended_ = true;
  if (got < 0) {
    throw AppError(ExitCode::io, "Cannot read " + what_ + ": " + std::generic_category().message(errno) + ".");
  }
}

void LineSource::read() {
  input_.read();
  if (input_.bytes().empty() && !input_.ended()) return;
  if (!begun_) input_.drop(input_.bytes().size() - without_mark(input_.bytes()).size());
  begun_ = true;
  if (carriage_return_) input_.put_before('\r');
  drop_carriage_returns();
}

/// Those before a LF, and the last, of which that is not known yet.
void LineSource::drop_carriage_returns() {
  const MutBytes bytes = input_.writable();
  std::size_t size = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool before_line_end = bytes[i] == '\r' && i + 1 < bytes.size() && bytes[i + 1] == '\n';
    if (!before_line_end) bytes[size++] = bytes[i];
  }
  carriage_return_ = size > 0 && bytes[size - 1] == '\r' && !input_.ended();
  if (carriage_return_) --size;
  input_.drop_last(bytes.size() - size);
}

std::optional<Fragment> LineSource::next() const {
  const Bytes bytes = input_.bytes();
  if (bytes.empty()) return input_.ended() && in_line_ ? std::optional(Fragment{{}, true}) : std::nullopt;
  const auto line_end = std::ranges::find(bytes, std::uint8_t{'\n'});
  const auto size = static_cast<std::size_t>(line_end - bytes.begin());
  return Fragment{bytes.first(size), size < bytes.size() || input_.ended()};
}

void LineSource::taken(std::size_t n) {
  const Fragment fragment = *next();
  in_line_ = !fragment.last || n < fragment.bytes.size();
  input_.drop(n);
  if (!in_line_ && !input_.bytes().empty()) input_.drop(1);
}

FileSource::FileSource(const std::string& path, const Reporter& reporter)
    : reporter_(reporter), file_(open_file(path)), input_(file_.get(), quoted(std::filesystem::path(path))) {}

std::optional<Fragment> FileSource::next() const {
  const bool nothing_now = input_.bytes().empty() && !input_.ended();
  if (sent_ || nothing_now) return std::nullopt;
  return Fragment{input_.bytes(), input_.ended()};
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

CountSource::CountSource(std::uint64_t count) : count_(count), message_(text()) {}

std::optional<Fragment> CountSource::next() const {
  if (ended() || awaiting_answer_) return std::nullopt;
  return Fragment{bytes_of(message_).subspan(taken_), true};
}

void CountSource::taken(std::size_t n) {
  taken_ += n;
  if (taken_ < message_.size()) return;
  ++number_;
  message_ = text();
  taken_ = 0;
  awaiting_answer_ = true;
}

WholeMessages::WholeMessages(std::unique_ptr<MessageSource> parts, std::size_t longest)
    : parts_(std::move(parts)), longest_(longest) {
  gather();
}

std::optional<Fragment> WholeMessages::next() const {
  return whole_ && !awaiting_answer_ ? std::optional(Fragment{bytes_, true}) : std::nullopt;
}

void WholeMessages::taken(std::size_t /*all of it*/) {
  bytes_.clear();
  whole_ = false;
  awaiting_answer_ = true;
}

void WholeMessages::read() {
  parts_->read();
  gather();
}

void WholeMessages::answered() {
  awaiting_answer_ = false;
  parts_->answered();
  gather();
}

void WholeMessages::gather() {
  while (!whole_) {
    const auto part = parts_->next();
    if (!part) return;
    if (part->bytes.size() > longest_ - bytes_.size()) {
      throw AppError(ExitCode::usage, "A message is longer than the " + std::to_string(longest_) +
                                          " bytes that a datagram carries. Send shorter messages, or use TCP.");
    }
    bytes_.insert(bytes_.end(), part->bytes.begin(), part->bytes.end());
    whole_ = part->last;
    parts_->taken(part->bytes.size());
  }
}

}  // namespace pawl::app
