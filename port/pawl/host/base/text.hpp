// SPDX-License-Identifier: Apache-2.0
/// Text of unknown origin.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <pawl/base/bytes.hpp>

namespace pawl::host {

/// The bytes of `text`, which must outlive them.
Bytes bytes_of(std::string_view text);

/// `text` without the byte order mark that some systems put before one in UTF-8.
Bytes without_mark(Bytes text);

/// `bytes` as UTF-8 that is safe on a terminal, in a log and in JSON. Control characters and bytes that are not UTF-8
/// become `\xNN`, and a backslash becomes two.
std::string printable(Bytes bytes);

/// `path` in quotes, safe to print.
std::string quoted(const std::filesystem::path& path);

/// Whether `bytes` are UTF-8 (RFC 3629), as JSON needs it.
bool is_utf8(Bytes bytes);

/// Whether `bytes` are UTF-8 without control characters.
bool is_plain_text(Bytes bytes);

/// The two hexadecimal digits of `byte`.
std::string upper_hex(std::uint8_t byte);

}  // namespace pawl::host
