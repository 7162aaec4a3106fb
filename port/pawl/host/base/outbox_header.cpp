// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <pawl/host/base/outbox_header.hpp>

namespace pawl::host {

std::string outbox_header(const OutboxNumber& number) {
  std::string header(kOutboxMagic.begin(), kOutboxMagic.end());
  header.append(number.outbox.begin(), number.outbox.end());
  for (int shift = 56; shift >= 0; shift -= 8) {
    header += static_cast<char>(static_cast<std::uint64_t>(number.number) >> static_cast<unsigned>(shift));
  }
  return header;
}

bool has_outbox_magic(Bytes message) {
  return message.size() >= kOutboxMagic.size() && std::ranges::equal(message.first(kOutboxMagic.size()), kOutboxMagic);
}

std::optional<OutboxNumber> parse_outbox_header(Bytes message) {
  if (message.size() < kOutboxHeader || !has_outbox_magic(message)) return std::nullopt;
  OutboxNumber result;
  std::ranges::copy(message.subspan(kOutboxMagic.size(), result.outbox.size()), result.outbox.begin());
  std::uint64_t number = 0;
  for (const std::uint8_t byte : message.subspan(kOutboxMagic.size() + result.outbox.size(), sizeof(number))) {
    number = number << 8U | byte;
  }
  result.number = static_cast<std::int64_t>(number);
  return result.number > 0 ? std::optional(result) : std::nullopt;
}

}  // namespace pawl::host
