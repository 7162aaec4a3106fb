// SPDX-License-Identifier: Apache-2.0
#include <pawl/wire/record_content.hpp>

namespace pawl {
namespace {

bool content_valid(std::uint8_t type, Bytes content) {
  constexpr std::size_t kTicketHead = 5;
  switch (static_cast<RecordType>(type)) {
    case RecordType::data:
      return true;
    case RecordType::data_more:
      return !content.empty();
    case RecordType::ping:
    case RecordType::pong:
      return content.size() == kPingSize;
    case RecordType::close:
      return content.size() == kCloseSize;
    case RecordType::ticket:
      return content.size() > kTicketHead && content.size() <= kTicketHead + kMaxTicket;
  }
  return false;
}

}  // namespace

Result<RecordContent> parse_inner(Bytes inner) {
  while (!inner.empty() && inner.back() == 0) inner = inner.first(inner.size() - 1);
  if (inner.empty()) return Error::protocol;
  const std::uint8_t type = inner.back();
  const Bytes content = inner.first(inner.size() - 1);
  if (!content_valid(type, content)) return Error::protocol;
  return RecordContent{static_cast<RecordType>(type), content};
}

CloseReason close_reason(std::uint8_t byte) {
  return byte <= static_cast<std::uint8_t>(CloseReason::expired) ? static_cast<CloseReason>(byte) : CloseReason::normal;
}

}  // namespace pawl
