// SPDX-License-Identifier: Apache-2.0
#include <pawl/port/sim/pipe.hpp>

namespace pawl {

Pipe::Pipe(const PipeLimits& limits)
    : limits_(limits), first_(limits_, back_, forth_), second_(limits_, forth_, back_) {}

Result<std::size_t> Pipe::End::read(MutBytes buffer) {
  if (in_.unread || (in_.bytes.empty() && in_.ended)) return Error::connection_lost;
  const std::size_t size = std::min({buffer.size(), in_.bytes.size(), limits_.max_read});
  const auto end = in_.bytes.begin() + static_cast<std::ptrdiff_t>(size);
  std::copy(in_.bytes.begin(), end, buffer.begin());
  in_.bytes.erase(in_.bytes.begin(), end);
  return size;
}

Result<std::size_t> Pipe::End::write(Bytes bytes) {
  if (out_.ended || out_.unread) return Error::connection_lost;
  const std::size_t room = limits_.capacity - out_.bytes.size();
  const Bytes taken = bytes.first(std::min({bytes.size(), room, limits_.max_write}));
  out_.bytes.insert(out_.bytes.end(), taken.begin(), taken.end());
  return taken.size();
}

void Pipe::End::close() {
  if (!in_.bytes.empty()) out_.bytes.clear();
  in_.bytes.clear();
  in_.unread = true;
  out_.ended = true;
}

}  // namespace pawl
