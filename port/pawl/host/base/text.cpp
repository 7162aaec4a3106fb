// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <pawl/host/base/text.hpp>

namespace pawl::host {

namespace {

/// How many bytes the character has that begins with `lead`, by RFC 3629. It is 0 if none does.
std::size_t utf8_size(std::uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

/// Whether the second byte may follow the first. It may not in overlong forms, in surrogates, and above U+10FFFF.
bool second_fits(std::uint8_t lead, std::uint8_t second) {
  if (lead == 0xE0) return second >= 0xA0;
  if (lead == 0xED) return second < 0xA0;
  if (lead == 0xF0) return second >= 0x90;
  if (lead == 0xF4) return second < 0x90;
  return true;
}

/// The length of the character at the front of `bytes`. It is 0 if there is none.
std::size_t character_size(Bytes bytes) {
  const std::uint8_t lead = bytes.front();
  const std::size_t size = utf8_size(lead);
  if (size <= 1) return size;
  if (size > bytes.size()) return 0;
  for (const std::uint8_t byte : bytes.subspan(1, size - 1)) {
    if ((byte & 0xC0U) != 0x80) return 0;
  }
  return second_fits(lead, bytes[1]) ? size : 0;
}

/// Whether the character at the front of `bytes` is one of C0, DEL or C1.
bool is_control(Bytes bytes) {
  const std::uint8_t lead = bytes.front();
  return lead < 0x20 || lead == 0x7F || (lead == 0xC2 && bytes[1] < 0xA0);
}

/// The length of the printable character at the front of `bytes`. It is 0 if there is none.
std::size_t plain_size(Bytes bytes) {
  const std::size_t size = character_size(bytes);
  return size != 0 && is_control(bytes) ? 0 : size;
}

/// Whether `bytes` consist of characters whose length `size_of` knows.
bool consists_of(Bytes bytes, std::size_t (*size_of)(Bytes)) {
  while (!bytes.empty()) {
    const std::size_t size = size_of(bytes);
    if (size == 0) return false;
    bytes = bytes.subspan(size);
  }
  return true;
}

}  // namespace

Bytes bytes_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

Bytes without_mark(Bytes text) {
  constexpr ByteArray<3> kMark{0xEF, 0xBB, 0xBF};
  const bool marked = text.size() >= kMark.size() && std::ranges::equal(text.first(kMark.size()), kMark);
  return marked ? text.subspan(kMark.size()) : text;
}
std::string printable(Bytes bytes) {
  std::string text;
  while (!bytes.empty()) {
    const std::size_t size = plain_size(bytes);
    if (size == 0) {
      text += "\\x" + upper_hex(bytes.front());
    } else {
      if (bytes.front() == '\\') text += '\\';
      for (const std::uint8_t byte : bytes.first(size)) text += static_cast<char>(byte);
    }
    bytes = bytes.subspan(std::max<std::size_t>(size, 1));
  }
  return text;
}

std::string quoted(const std::filesystem::path& path) { return "'" + printable(bytes_of(path.native())) + "'"; }

bool is_utf8(Bytes bytes) { return consists_of(bytes, character_size); }

bool is_plain_text(Bytes bytes) { return consists_of(bytes, plain_size); }

std::string upper_hex(std::uint8_t byte) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  return {kDigits[byte >> 4U], kDigits[byte & 0xFU]};
}

}  // namespace pawl::host
