// SPDX-License-Identifier: Apache-2.0
/// What the records of streams and of datagrams have in common, PROTOCOL.md 9 and 10. Inline, so that an image that has
/// one kind pays nothing for there being two.
#pragma once

#include <pawl/base/config.hpp>
#include <pawl/record/record_epoch.hpp>
#include <pawl/wire/record_content.hpp>

namespace pawl {

/// Makes one record in place. `record` begins with room for the header, then has the content, and ends with room for
/// type, padding and tag. For StreamSealer and DatagramSealer, which know the header. The errors are those of
/// StreamSealer::seal().
inline Status seal_record(RecordEpoch& epoch, RecordType type, Bytes header, std::size_t content_size,
                          MutBytes record) {
  const std::size_t overhead = header.size() + 1 + kGcmTagSize;
  if (record.size() > header.size() + kMaxMaxRx || record.size() < overhead ||
      content_size > record.size() - overhead) {
    return Error::invalid_argument;
  }
  const std::uint32_t last = Config::kHardRecordLimit - 1;
  if (epoch.counter() > last || (epoch.counter() == last && type != RecordType::close)) return Error::limit;
  const GcmNonce nonce = record_nonce(epoch.keys(), epoch.take_counter());

  copy(header, record);
  const MutBytes body = record.subspan(header.size());
  body[content_size] = static_cast<std::uint8_t>(type);
  const MutBytes padding = body.subspan(content_size + 1, record.size() - overhead - content_size);
  std::fill(padding.begin(), padding.end(), std::uint8_t{0});
  return aes_gcm_seal(epoch.keys().key, nonce, header, body);
}

/// Opens one record in place, of which `header_size` bytes are header and at least 17 are not. For StreamOpener and
/// DatagramOpener, which know whether the counter may be used. Error::tampered if it does not verify. Error::protocol
/// if it is authentic but not well-formed, or not allowed at its counter.
inline Result<RecordContent> open_record(const RecordKeys& keys, std::uint32_t counter, std::size_t header_size,
                                         MutBytes record) {
  const MutBytes body = record.subspan(header_size);
  const Status opened = aes_gcm_open(keys.key, record_nonce(keys, counter), record.first(header_size), body);
  if (!opened.ok()) return Error::tampered;
  const auto content = parse_inner(body.first(body.size() - kGcmTagSize));
  const bool last = counter == Config::kHardRecordLimit - 1;
  if (content.ok() && last && content.value().type != RecordType::close) return Error::protocol;
  return content;
}

}  // namespace pawl
