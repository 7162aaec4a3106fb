// SPDX-License-Identifier: Apache-2.0
/// What stands before a message on its way from an outbox to an inbox. INBOX.md has it byte by byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <pawl/base/bytes.hpp>

namespace pawl::host {

/// What an outbox is known by. It is drawn when the outbox is made.
using OutboxId = ByteArray<16>;

/// Which message of which outbox something is. Numbers of an outbox grow, and begin at 1.
struct OutboxNumber {
  OutboxId outbox{};
  std::int64_t number = 0;

  bool operator==(const OutboxNumber&) const = default;
};

/// The longest message that an outbox or an inbox keeps, without its header.
inline constexpr std::size_t kLongestKept = std::size_t{1} << 20U;

/// By which a message with a header is known. The last byte is the version.
inline constexpr ByteArray<4> kOutboxMagic{0x00, 'P', 'O', 0x01};
inline constexpr std::size_t kOutboxHeader = kOutboxMagic.size() + sizeof(OutboxId) + sizeof(std::int64_t);

/// The header of a message. An acknowledgement is the header alone.
std::string outbox_header(const OutboxNumber& number);

/// Whether `message` begins with the magic.
bool has_outbox_magic(Bytes message);

/// What the header of `message` says. None if it is not whole, has no magic, or has no number that there can be.
std::optional<OutboxNumber> parse_outbox_header(Bytes message);

}  // namespace pawl::host
