// SPDX-License-Identifier: Apache-2.0
#include <pawl/wire/record_content.hpp>
#include <pawl/wire/ticket_record.hpp>

namespace pawl {
namespace {

bool content_valid(std::uint8_t type, std::size_t size) {
  switch (static_cast<RecordType>(type)) {
    case RecordType::data:
      return true;
    case RecordType::data_more:
      return size != 0;
    case RecordType::ping:
    case RecordType::pong:
      return size == kPingSize;
    case RecordType::close:
      return size == kCloseSize;
    case RecordType::ticket:
      return size > kTicketRecordHead && size <= kTicketRecordHead + kMaxTicket;
  }
  return false;
}

}  // namespace

Result<RecordContent> parse_inner(Bytes inner) {
  std::size_t size = inner.size();
  std::uint8_t type = 0;
  while (size > 0 && type == 0) type = inner[--size];
  // A text of zeros only has type 0, which is none.
  if (!content_valid(type, size)) return Error::protocol;
  return RecordContent{static_cast<RecordType>(type), inner.first(size)};
}

CloseReason close_reason(std::uint8_t byte) {
  return byte <= static_cast<std::uint8_t>(CloseReason::expired) ? static_cast<CloseReason>(byte) : CloseReason::normal;
}

}  // namespace pawl
