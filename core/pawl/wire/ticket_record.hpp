// SPDX-License-Identifier: Apache-2.0
/// The content of a ticket record, PROTOCOL.md 9.
///
///     4   lifetime     seconds
///     1   seq          which of the session's tickets it is
///         ticket       1..255 bytes
#pragma once

#include <pawl/base/bytes.hpp>
#include <pawl/wire/parameters.hpp>
#include <pawl/wire/writer.hpp>

namespace pawl {

inline constexpr std::size_t kTicketRecordHead = 5;

/// The fields of a ticket record. After parsing `ticket` points into the content.
struct TicketRecord {
  std::uint32_t lifetime = 0;
  std::uint8_t seq = 0;
  Bytes ticket;
};

/// Reads a content whose length parse_inner() has found good.
TicketRecord parse_ticket_record(Bytes content);

void write_ticket_record(const TicketRecord& record, Writer& writer);

}  // namespace pawl
