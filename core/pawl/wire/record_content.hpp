// SPDX-License-Identifier: Apache-2.0
/// The inner text of a record, PROTOCOL.md 9. It is content || u8 type (never 0) || 0^pad.
///
///     1 data        the last, or only, fragment of a message; may be empty
///     2 data_more   a fragment, at least 1 byte; the message goes on
///     3 ping        8 opaque bytes
///     4 pong        the 8 bytes of the ping
///     5 close       u8 reason
///     6 ticket      u32 lifetime || u8 seq || ticket 1..255
#pragma once

#include <pawl/base/bytes.hpp>
#include <pawl/base/result.hpp>
#include <pawl/wire/parameters.hpp>

namespace pawl {

enum class RecordType : std::uint8_t { data = 1, data_more = 2, ping = 3, pong = 4, close = 5, ticket = 6 };

enum class CloseReason : std::uint8_t { normal = 0, idle = 1, protocol = 2, limit = 3, expired = 4 };

inline constexpr std::size_t kPingSize = 8;
inline constexpr std::size_t kCloseSize = 1;

/// What is left of an inner text without its padding.
struct RecordContent {
  RecordType type = RecordType::data;
  /// Points into the inner text.
  Bytes content;
};

/// Strips padding and type. Error::protocol for a text of zeros only, an unknown type, or content of the wrong length
/// for its type.
Result<RecordContent> parse_inner(Bytes inner);

/// The reason in a close record. Reasons that this version does not know count as normal.
CloseReason close_reason(std::uint8_t byte);

}  // namespace pawl
