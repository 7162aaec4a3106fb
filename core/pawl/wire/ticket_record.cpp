// SPDX-License-Identifier: Apache-2.0
#include <pawl/wire/ticket_record.hpp>

namespace pawl {

TicketRecord parse_ticket_record(Bytes content) {
  return {u32_at(content.data()), content[4], content.subspan(kTicketRecordHead)};
}

void write_ticket_record(const TicketRecord& record, Writer& writer) {
  writer.u32(record.lifetime);
  writer.u8(record.seq);
  writer.bytes(record.ticket);
}

}  // namespace pawl
