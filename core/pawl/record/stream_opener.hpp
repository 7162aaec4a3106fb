// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pawl/record/record_epoch.hpp>
#include <pawl/wire/record_content.hpp>
#include <pawl/wire/record_header.hpp>

namespace pawl {

/// Opens the records of one direction of a stream, PROTOCOL.md 9 and 10. The transport keeps order, so a lost,
/// repeated, swapped or altered record fails its tag. Owns its keys as the StreamSealer does.
class StreamOpener {
 public:
  StreamOpener(ReceiveSecret&& secret, Direction direction);
  StreamOpener(const StreamOpener&) = delete;
  StreamOpener& operator=(const StreamOpener&) = delete;
  ~StreamOpener() = default;

  /// Opens `record`, header and all, in place. The content points into it. `header` is what parse_record_header() made
  /// of its first bytes. If the record does not verify, this fails with Error::tampered. The session is over then, and
  /// the StreamOpener must not be used again. Error::protocol if the record is authentic but not well-formed, or not
  /// allowed at its counter.
  Result<RecordContent> open(const RecordHeader& header, MutBytes record);

 private:
  RecordEpoch epoch_;
};

}  // namespace pawl
