// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include <pawl/session/session.hpp>

namespace pawl::host {

/// What a session needs while something is on its way. There is room for the longest record each way, and for what was
/// read and not yet taken.
struct Buffers {
  static constexpr std::size_t kRecord = kRecordHeaderSize + kMaxMaxRx;

  ByteArray<kRecord> receive{};
  /// Room for two records, because one is sealed while the other is being sent.
  ByteArray<2 * kRecord + Session::kReserve> send{};
  ByteArray<kRecord> input{};
};

/// Buffers that many sessions share. There are as many as were ever in use at a time.
class BufferPool {
 public:
  /// Buffers that nobody else uses.
  std::unique_ptr<Buffers> take();
  /// Wipes them first, because what one user's session left in them is no business of the next.
  void give_back(std::unique_ptr<Buffers> buffers);

 private:
  std::vector<std::unique_ptr<Buffers>> free_{};
};

}  // namespace pawl::host
