// SPDX-License-Identifier: Apache-2.0
#include "line_source.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <pawl/host/base/text.hpp>

namespace pawl::app {

LineSource::LineSource(int fd) : fd_(fd), input_(fd, "standard input") {
  // Others may have read the beginning of the file.
  const off_t offset = ::lseek(fd, 0, SEEK_CUR);
  read_up_to_ = whole_up_to_ = offset < 0 ? 0 : offset;
}

bool LineSource::go_on(const host::InputPlace& place) {
  const auto own = this->place();
  if (!own || !own->same_file(place) || ::lseek(fd_, place.offset, SEEK_SET) < 0) return false;
  read_up_to_ = whole_up_to_ = place.offset;
  begun_ = place.offset > 0;
  return true;
}

std::optional<host::InputPlace> LineSource::place() const {
  struct stat status {};
  if (::fstat(fd_, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  return host::InputPlace{.device = static_cast<std::int64_t>(status.st_dev),
                          .inode = static_cast<std::int64_t>(status.st_ino),
                          .changed = status.st_mtim.tv_sec * kNanoseconds + status.st_mtim.tv_nsec,
                          .offset = whole_up_to_};
}

/// What was read just now counts as it stands in the input, before anything is dropped from it.
void LineSource::note_place() {
  const Bytes bytes = input_.bytes();
  const auto behind = std::find(bytes.rbegin(), bytes.rend(), std::uint8_t{'\n'});
  read_up_to_ += static_cast<std::int64_t>(bytes.size());
  if (behind != bytes.rend()) whole_up_to_ = read_up_to_ - (behind - bytes.rbegin());
  if (input_.ended()) whole_up_to_ = read_up_to_;
}

host::FailureOr<> LineSource::read() {
  PAWL_HOST_TRY(input_.read());
  note_place();
  if (input_.bytes().empty() && !input_.ended()) return {};
  if (!begun_) input_.drop(input_.bytes().size() - host::without_mark(input_.bytes()).size());
  begun_ = true;
  if (carriage_return_) input_.put_before('\r');
  drop_carriage_returns();
  return {};
}

/// Drops each CR before a LF. A CR at the end is kept back, because it is not known yet whether a LF follows.
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

std::optional<host::Fragment> LineSource::next() const {
  const Bytes bytes = input_.bytes();
  if (bytes.empty()) return input_.ended() && in_line_ ? std::optional(host::Fragment{{}, true}) : std::nullopt;
  const auto line_end = std::ranges::find(bytes, std::uint8_t{'\n'});
  const auto size = static_cast<std::size_t>(line_end - bytes.begin());
  return host::Fragment{bytes.first(size), size < bytes.size() || input_.ended()};
}

void LineSource::taken(std::size_t n) {
  const host::Fragment fragment = *next();
  in_line_ = !fragment.last || n < fragment.bytes.size();
  input_.drop(n);
  if (!in_line_ && !input_.bytes().empty()) input_.drop(1);
}

}  // namespace pawl::app
